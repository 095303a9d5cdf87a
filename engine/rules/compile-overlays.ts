import { limits } from '../limits.ts';
import type { AttributeType, Overlay, OverlayByKey, OverlayOfCustomer } from '../model/rulebook.ts';
import { readServiceAddress } from '../overlays/service-address.ts';
import type { BookContext } from './book-context.ts';
import { mapOf } from './collection-shapes.ts';
import { compileTableFile } from './compile-table-file.ts';
import { overlayKeyKinds } from './conditions/fact-scope.ts';
import type { OverlayNames } from './conditions/fact-table.ts';
import type { Cursor } from './cursor.ts';
import type { Drafts } from './drafts.ts';
import { subjectNamePattern } from './names.ts';
import { didYouMean } from './nearest-name.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import type { Draft } from './register.ts';
import { duration, inWords, oneOf, pattern, text } from './scalar-shapes.ts';

const attributeTypes = ['number', 'text', 'flag'] as const satisfies readonly AttributeType[];
const headerName = /^[A-Za-z0-9-]{1,100}$/;
/** Other variables of the server's environment are none of a rule file's business. */
const variableName = /^ENRICH_[A-Z0-9_]{1,100}$/;

const serviceFields = {
  url: required(text, 'Where to ask, such as `https://scores.example/v1/{{ customer.id }}`.'),
  timeout: defaulted(duration(), 150, 'How long a decision waits for the answer; at most 500ms.'),
  headers: defaulted(
    mapOf(headerName, pattern(variableName, 'an environment variable whose name begins with `ENRICH_`')),
    {},
    'Headers, each with the environment variable that holds its value.',
  ),
};

const fields = {
  description: optional(text, 'What it is, in words.'),
  attributes: required(
    mapOf(subjectNamePattern, oneOf(attributeTypes)),
    'What it brings: `number`, `text` or `flag`, by name.',
  ),
  expires: optional(duration(), 'How long a value counts after it was told; for ever when absent.'),
  by: optional(
    text,
    'Of the customer: what the column of a file holds, `userId`, `anonymousId` or an identifier.',
  ),
  service: optional(object('a service', serviceFields), 'Asked for customers of whom nothing is known.'),
  key: optional(text, 'The fact by which a table is looked up, such as `traits.postcode`.'),
  file: optional(text, 'The table, a CSV file beside the rule files.'),
  column: optional(text, 'The column that holds the customer or the key.'),
};

export const overlayShape = object('an overlay', fields);
export type OverlayFields = Values<typeof fields>;

/** What the fact table must know of overlays before any condition is read; those at fault are known as well. */
export function overlaySources({ overlays }: Drafts): ReadonlyMap<string, OverlayNames | undefined> {
  const sources = new Map<string, OverlayNames | undefined>();
  for (const name of overlays.places.keys()) sources.set(name, undefined);
  for (const { name, value } of overlays.drafts) {
    sources.set(name, {
      attributes: new Set(Object.keys(value.attributes)),
      ...(value.key !== undefined && { key: value.key }),
    });
  }
  return sources;
}

/** `identifiers` are the names of those that the book declares. */
export function compileOverlays(
  context: BookContext,
  identifiers: readonly string[],
): ReadonlyMap<string, Overlay> {
  const overlays = new Map<string, Overlay>();
  for (const draft of context.drafts.overlays.drafts) {
    const overlay = compileOverlay(draft, { context, identifiers });
    if (overlay) overlays.set(overlay.name, overlay);
  }
  return overlays;
}

interface Surroundings {
  readonly context: BookContext;
  readonly identifiers: readonly string[];
}

function compileOverlay(
  draft: Draft<OverlayFields>,
  { context, identifiers }: Surroundings,
): Overlay | undefined {
  const { name, value, at } = draft;
  const count = Object.keys(value.attributes).length;
  if (count === 0 || count > limits.attributesPerOverlayMax) {
    at.at('attributes').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected 1 to ${limits.attributesPerOverlayMax} attributes, found ${count}.`,
    );
    return undefined;
  }
  if (!checkFields(value, at)) return undefined;
  const join =
    value.key === undefined ? joinCustomer(value, at, identifiers) : joinKey(draft, value.key, context);
  return (
    join && {
      name,
      ...(value.description !== undefined && { description: value.description }),
      attributes: value.attributes,
      ...(value.expires !== undefined && { expiresMs: value.expires }),
      column: columnOf(value),
      join,
    }
  );
}

function columnOf({ column, by, key }: OverlayFields): string {
  return column ?? (key === undefined ? (by ?? 'userId') : (key.split('.').at(-1) ?? key));
}

/** An overlay is of the customer or by a key; each has fields that mean nothing to the other. */
function checkFields(value: OverlayFields, at: Cursor): boolean {
  const [beside, stray] =
    value.key === undefined
      ? (['without `key`', ['file']] as const)
      : (['beside `key`', ['by', 'service', ...(value.file === undefined ? [] : ['expires'])]] as const);
  const found = (stray as readonly (keyof OverlayFields)[]).filter((name) => value[name] !== undefined);
  for (const name of found) {
    at.at(name).error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected no \`${name}\` ${name === 'expires' ? 'beside `file`' : beside}, found one.`,
      name === 'expires' ? 'A table beside the rules lasts as long as it lies there.' : undefined,
    );
  }
  return found.length === 0;
}

function joinCustomer(
  { by = 'userId', service }: OverlayFields,
  at: Cursor,
  identifiers: readonly string[],
): OverlayOfCustomer | undefined {
  const known = ['userId', 'anonymousId', ...identifiers];
  if (!known.includes(by)) {
    at.at('by').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected one of ${inWords(known)}, found "${by}".`,
      didYouMean(by, known),
    );
    return undefined;
  }
  if (service === undefined) return { kind: 'customer', by };
  const compiled = compileService(service, at.at('service'));
  return compiled && { kind: 'customer', by, service: compiled };
}

function compileService(
  { url, timeout, headers }: NonNullable<OverlayFields['service']>,
  at: Cursor,
): OverlayOfCustomer['service'] {
  const address = readServiceAddress(url);
  if ('fault' in address) {
    at.at('url').error(
      address.fault === 'gap' ? 'NBR_BAD_TEMPLATE' : 'NBR_WRONG_VALUE',
      address.fault === 'gap'
        ? `${at.label}: expected gaps with \`customer.id\`, \`customer.key\` or \`traits.<name>\`, found \`{{ ${address.gap} }}\`.`
        : `${at.label}: expected an address such as \`https://scores.example/v1/{{ customer.id }}\`, found "${url}".`,
      address.fault === 'gap' ? undefined : 'Gaps may stand behind the host only.',
    );
    return undefined;
  }
  if (timeout > limits.enrichmentWaitMsMax) {
    at.at('timeout').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected at most ${limits.enrichmentWaitMsMax}ms, found ${timeout}ms; a customer waits for it.`,
    );
    return undefined;
  }
  return { url, addressOf: address.addressOf, timeoutMs: timeout, headers };
}

function joinKey(
  { name, value, at }: Draft<OverlayFields>,
  key: string,
  context: BookContext,
): OverlayByKey | undefined {
  const source = context.facts.resolve(key);
  if (!source || !overlayKeyKinds.has(source.kind)) {
    at.at('key').error(
      source ? 'NBR_FACT_NOT_HERE' : 'NBR_UNKNOWN_FACT',
      `${at.label}: expected a feature, \`traits.*\`, \`context.*\` or \`customer.*\`, found \`${key}\`.`,
      source ? undefined : didYouMean(key, context.facts.names()),
    );
    return undefined;
  }
  const fact = { name: key, source };
  if (value.file === undefined) return { kind: 'key', fact };
  const table = compileTableFile(
    { overlay: name, path: value.file, column: columnOf(value), attributes: value.attributes },
    at.at('file'),
    context,
  );
  return table && { kind: 'key', fact, file: { path: value.file, table } };
}
