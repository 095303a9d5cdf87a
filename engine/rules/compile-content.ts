import type { Json } from '../model/json.ts';
import type { Content } from '../model/rulebook.ts';
import type { Libraries, TextTemplate } from '../ports.ts';
import type { Cursor } from './cursor.ts';

type Scope = Readonly<Record<string, unknown>>;
type Render<Out> = (scope: Scope) => Out;
/** How one text is rendered; undefined where nothing is to be filled in. */
type CompileText = (source: string, at: Cursor) => Render<string> | undefined;

export interface ContentOptions {
  readonly libraries: Libraries;
  /** Whether a place that a template reads must not leave the deployment. */
  readonly isWithheld: (place: readonly string[]) => boolean;
}

/**
 * Compiles the text templates in a piece of content. Only text with `{{` or `{%` is one; everything else is handed out
 * as it stands, without a copy. Where a template reads what must not leave, the content has a second form for decision
 * streams, in which that part of the text is left as it is written, for the channel to fill in.
 */
export function compileContent(source: Json, at: Cursor, { libraries, isWithheld }: ContentOptions): Content {
  const templates = new Map<string, TextTemplate>();
  const compileText: CompileText = (text, place) => {
    const template = readTemplate(text, place, libraries);
    if (template) templates.set(text, template);
    return template?.render;
  };
  const render = compileValue(source, at, compileText) ?? (() => source);
  const personal = [...templates.values()].some(({ reads }) => reads.some(isWithheld));
  if (!personal) return { source, render };
  const publish = compileValue(source, at, (text) => templates.get(text)?.withGaps(isWithheld));
  return { source, render, ...(publish && { publish }) };
}

function compileValue(value: Json | undefined, at: Cursor, compile: CompileText): Render<Json> | undefined {
  if (typeof value === 'string') return compile(value, at);
  if (typeof value !== 'object' || value === null) return undefined;
  return isList(value) ? compileList(value, at, compile) : compileMap(value, at, compile);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function readTemplate(source: string, at: Cursor, libraries: Libraries): TextTemplate | undefined {
  if (!source.includes('{{') && !source.includes('{%')) return undefined;
  const template = libraries.compileTemplate(source);
  if ('render' in template) return template;
  at.error(
    'NBR_BAD_TEMPLATE',
    `${at.label}: expected a sound template, found one with a fault: ${template.error}`,
  );
  return undefined;
}

function compileList(list: readonly Json[], at: Cursor, compile: CompileText): Render<Json> | undefined {
  const renders = list.map((entry, index) => compileValue(entry, at.at(index), compile));
  if (renders.every((render) => render === undefined)) return undefined;
  return (scope) => list.map((entry, index) => renders[index]?.(scope) ?? entry);
}

function compileMap(
  map: Readonly<Record<string, Json | undefined>>,
  at: Cursor,
  compile: CompileText,
): Render<Json> | undefined {
  const members = Object.entries(map).map(
    ([name, member]) => [name, member, compileValue(member, at.at(name), compile)] as const,
  );
  if (members.every(([, , render]) => render === undefined)) return undefined;
  return (scope) => {
    const rendered: Record<string, Json | undefined> = {};
    for (const [name, member, render] of members) rendered[name] = render ? render(scope) : member;
    return rendered;
  };
}
