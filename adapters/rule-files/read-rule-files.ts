import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Diagnostic, limits, type RuleFile } from '../../engine/index.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { type ListedFile, listRuleFiles, reasonOf, unreadable } from './list-rule-files.ts';
import { type ParsedRuleFile, parseRuleFile } from './parse-rule-file.ts';

/** A rules folder as it was read. */
export interface RuleFolder {
  /** In the order of their paths. A file that could not be read or parsed has no documents. */
  readonly files: readonly RuleFile[];
  /** What was wrong with the folder, its files and their syntax; the meaning has not been looked at. */
  readonly diagnostics: readonly Diagnostic[];
  /** First 16 hexadecimal digits of the SHA-256 over the paths and contents of all files. */
  readonly version: string;
  /** The texts by path, for showing the line that a diagnostic speaks of. */
  readonly texts: ReadonlyMap<string, string>;
  /** What was listed, for telling later whether anything may have changed. */
  readonly signature: string;
  /** For the next reading: files with the same bytes are not parsed again. */
  readonly parsed: ReadonlyMap<string, ParsedFile>;
}

interface ParsedFile extends ParsedRuleFile {
  readonly digest: string;
  readonly text: string;
  readonly bytes: number;
}

/**
 * Reads a folder of rule files. Never rejects for what the folder holds: unreadable, oversized, wrongly encoded and
 * malformed files become diagnostics. `previous` is the reading before this one of the same folder.
 */
export async function readRuleFiles(folder: string, previous?: RuleFolder): Promise<RuleFolder> {
  const listing = await listRuleFiles(folder);
  const diagnostics = [...listing.diagnostics];
  const parsed = new Map<string, ParsedFile>();
  let bytes = 0;
  for (const listed of listing.files) {
    const file = await readFile(listed, previous?.parsed.get(listed.path));
    bytes += file.bytes;
    if (bytes > limits.ruleBookBytesMax) {
      diagnostics.push(
        tooLarge('.', `found more than ${limits.ruleBookBytesMax} bytes of rule files in all`),
      );
      break;
    }
    parsed.set(listed.path, file);
    diagnostics.push(...file.diagnostics);
  }
  if (listing.files.every(({ path }) => path.toLowerCase().endsWith('.csv')) && diagnostics.length === 0) {
    // An unmounted volume looks like this; it must not put an empty book in the place of a good one.
    diagnostics.push(unreadable('.', 'the rules folder holds no rule files (*.yaml, *.yml, *.json)'));
  }
  return {
    files: [...parsed.values()].map(({ file }) => file),
    diagnostics: diagnostics.slice(0, limits.diagnosticsMax),
    version: versionOf(parsed),
    texts: new Map([...parsed].map(([path, { text }]) => [path, text])),
    signature: signatureOfListing(listing),
    parsed,
  };
}

/** Equal as long as nothing in the folder was touched. */
export function signatureOfListing(listing: Awaited<ReturnType<typeof listRuleFiles>>): string {
  return JSON.stringify([listing.files.map(({ path, signature }) => [path, signature]), listing.diagnostics]);
}

async function readFile(listed: ListedFile, known: ParsedFile | undefined): Promise<ParsedFile> {
  const { path } = listed;
  try {
    const bytes = await readBounded(listed.realPath, limits.ruleFileBytesMax);
    if (bytes === undefined) {
      const message = `the file is larger than ${limits.ruleFileBytesMax} bytes, the most that a rule file may have`;
      return rejected(path, `larger ${listed.signature}`, tooLarge(path, message));
    }
    const digest = createHash('sha256').update(bytes).digest('hex');
    return known?.digest === digest ? known : parseBytes(path, bytes, digest);
  } catch (error) {
    const reason = reasonOf(error);
    return rejected(path, `unreadable ${reason}`, unreadable(path, `the file cannot be read: ${reason}`));
  }
}

function parseBytes(path: string, bytes: Uint8Array, digest: string): ParsedFile {
  const decoded = decodeUtf8(bytes);
  if ('text' in decoded) {
    return { ...parseRuleFile(path, decoded.text), digest, text: decoded.text, bytes: bytes.length };
  }
  return rejected(path, digest, {
    code: 'NBR_SYNTAX',
    severity: 'error',
    file: path,
    ...decoded.badByte,
    message: 'found bytes that are not UTF-8 text.',
    hint: 'Save the file with the encoding UTF-8.',
  });
}

/** Undefined when the file is larger. Never waits on a pipe that took the file's place, nor follows a new link. */
async function readBounded(realPath: string, bytesMax: number): Promise<Uint8Array | undefined> {
  const handle = await open(realPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.allocUnsafe(Math.min((await handle.stat()).size, bytesMax) + 1);
    let filled = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      filled += bytesRead;
      if (bytesRead === 0) return buffer.subarray(0, filled);
      // It is larger than allowed, or has grown since; then the next look at the folder reads it anew.
      if (filled === buffer.length) return filled > bytesMax ? undefined : buffer.subarray(0, filled);
    }
  } finally {
    await handle.close();
  }
}

function rejected(path: string, digest: string, diagnostic: Diagnostic): ParsedFile {
  return { file: { path, documents: [] }, diagnostics: [diagnostic], digest, text: '', bytes: 0 };
}

function tooLarge(file: string, message: string): Diagnostic {
  return { ...unreadable(file, message), code: 'NBR_TOO_LARGE' };
}

function versionOf(parsed: ReadonlyMap<string, ParsedFile>): string {
  const hash = createHash('sha256');
  for (const [path, { digest }] of parsed) hash.update(JSON.stringify([path, digest]));
  return hash.digest('hex').slice(0, 16);
}
