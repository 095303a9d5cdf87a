import type { Overlay } from '../../model/rulebook.ts';
import type { Change } from './change.ts';
import type { Comparison } from './comparison.ts';
import { jsonChanges, plainChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import type { Pairing } from './pairing.ts';

/**
 * External attributes: what they are, where they come from, and what a table beside the rules holds. Whom that lets
 * through is for the values to say, so which way a change goes cannot be told.
 */
export function diffOverlays(comparison: Comparison): readonly Change[] {
  const overlays = pairByName(comparison.before.overlays, comparison.after.overlays);
  return [
    ...comingsAndGoings(comparison, overlays, { of: 'overlay', topic: 'content' }),
    ...overlays.pairs.flatMap(({ name, before, after }) =>
      fieldsChanged(
        comparison,
        { of: 'overlay', name, topic: 'contacts', reach: 'unclear' },
        overlayFields(before, after),
      ),
    ),
  ];
}

/** Conditions name an overlay, so one of another name is another one. */
function pairByName(
  before: ReadonlyMap<string, Overlay>,
  after: ReadonlyMap<string, Overlay>,
): Pairing<Overlay> {
  return {
    pairs: [...before].flatMap(([name, overlay]) => {
      const other = after.get(name);
      return other ? [{ name, from: name, before: overlay, after: other }] : [];
    }),
    added: new Map([...after].filter(([name]) => !before.has(name))),
    removed: new Map([...before].filter(([name]) => !after.has(name))),
    renames: new Map(),
  };
}

function overlayFields(before: Overlay, after: Overlay) {
  const [was, is] = [partsOf(before), partsOf(after)];
  return [
    ...jsonChanges(before.attributes, after.attributes, 'attributes'),
    ...plainChange('expires', before.expiresMs, after.expiresMs, 'duration'),
    ...plainChange('column', before.column, after.column),
    ...plainChange('key', was.key, is.key),
    ...plainChange('by', was.by, is.by),
    ...plainChange('file', was.file, is.file),
    ...plainChange('content', was.content, is.content),
    ...plainChange('service.url', was.url, is.url),
    ...plainChange('service.timeout', was.timeoutMs, is.timeoutMs, 'duration'),
    ...jsonChanges(was.headers, is.headers, 'service.headers'),
  ];
}

interface Parts {
  readonly key?: string;
  readonly by?: string;
  readonly file?: string;
  /** Of the table beside the rules. */
  readonly content?: string;
  readonly url?: string;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function partsOf({ join }: Overlay): Parts {
  if (join.kind === 'customer') {
    const { by, service } = join;
    return {
      by,
      ...(service && { url: service.url, timeoutMs: service.timeoutMs, headers: service.headers }),
    };
  }
  const { fact, file } = join;
  return { key: fact.name, ...(file && { file: file.path, content: file.table.version }) };
}
