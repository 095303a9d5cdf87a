import type { Diagnostic } from '../../engine/index.ts';

export interface PrintOptions {
  /** How the rules folder is shown, such as `rules`; goes before each file. */
  readonly folder?: string;
  /** Texts of the files by path; without them the source lines are left out. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly color: boolean;
}

/** Columns of a source line that are shown. */
const lineLengthMax = 100;
const tag = { error: '31', warning: '33', dim: '2', bold: '1' } as const;

/** Colours are for eyes: only on a terminal, and not when NO_COLOR asks for none (https://no-color.org). */
export function wantsColor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/**
 * Findings for people: place, severity, code and message, the source line with a caret below it, the hint. Ends with
 * a line that counts them; empty when there are none.
 */
export function printDiagnostics(diagnostics: readonly Diagnostic[], options: PrintOptions): string {
  if (diagnostics.length === 0) return '';
  const blocks = diagnostics.map((diagnostic) => printOne(diagnostic, options));
  return `${blocks.join('\n')}\n${summaryOf(diagnostics)}\n`;
}

/** The same for programs: one JSON array. */
export function diagnosticsToJson(
  diagnostics: readonly Diagnostic[],
  options: Pick<PrintOptions, 'folder'>,
): string {
  const shown = diagnostics.map((diagnostic) => ({
    ...diagnostic,
    file: fileOf(diagnostic, options),
  }));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function printOne(diagnostic: Diagnostic, options: PrintOptions): string {
  const paint = (style: keyof typeof tag, text: string) =>
    options.color ? `\u001b[${tag[style]}m${text}\u001b[0m` : text;
  const { severity, code, line, column, hint } = diagnostic;
  const file = fileOf(diagnostic, options);
  // What concerns the folder as a whole stands in no line.
  const place = diagnostic.file === '.' ? file : `${file}:${line}:${column}`;
  const head = `${paint('bold', place)} ${paint(severity, severity)} ${code}: ${printable(diagnostic.message)}`;
  const source = sourceLine(diagnostic, options.texts);
  const body = source === undefined ? [] : [`    ${source.text}`, `    ${paint(severity, source.caret)}`];
  const foot = hint === undefined ? [] : [`    ${paint('dim', `hint: ${printable(hint)}`)}`];
  return [head, ...body, ...foot, ''].join('\n');
}

function sourceLine(
  { file, line, column }: Diagnostic,
  texts: ReadonlyMap<string, string> | undefined,
): { readonly text: string; readonly caret: string } | undefined {
  const found = texts?.get(file)?.split(/\r\n|\r|\n/)[line - 1];
  if (found === undefined || found.trim() === '') return undefined;
  // A long line is shown around the place that matters.
  const from = Math.max(0, column - lineLengthMax * 0.8);
  const text = printable(found.slice(from, from + lineLengthMax));
  return { text, caret: `${' '.repeat(Math.max(0, column - 1 - from))}^` };
}

/** A file may hold control characters, and a terminal obeys them; each is shown as one space or mark instead. */
export function printable(text: string): string {
  return text.replace(/[\t\r\n]/g, ' ').replace(/\p{Cc}|\p{Bidi_Control}/gu, '\ufffd');
}

function fileOf({ file }: Diagnostic, { folder }: Pick<PrintOptions, 'folder'>): string {
  if (folder === undefined || folder === '') return printable(file);
  return printable(file === '.' ? folder : `${folder.replace(/\/+$/, '')}/${file}`);
}

function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return `${count(errors, 'error')}, ${count(diagnostics.length - errors, 'warning')}`;
}

/** `1 error`, `2 errors` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
