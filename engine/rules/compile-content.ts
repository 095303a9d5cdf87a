import type { Json } from '../model/json.ts';
import type { Content } from '../model/rulebook.ts';
import type { Libraries } from '../ports.ts';
import type { Cursor } from './cursor.ts';

type Scope = Readonly<Record<string, unknown>>;
type Render = (scope: Scope) => Json;

/**
 * Compiles the text templates in a piece of content. Only text with `{{` or `{%` is one; everything else is handed out
 * as it stands, without a copy.
 */
export function compileContent(source: Json, at: Cursor, libraries: Libraries): Content {
  return { source, render: compileValue(source, at, libraries) ?? (() => source) };
}

/** Undefined where nothing is to be filled in. */
function compileValue(value: Json | undefined, at: Cursor, libraries: Libraries): Render | undefined {
  if (typeof value === 'string') return compileText(value, at, libraries);
  if (typeof value !== 'object' || value === null) return undefined;
  return isList(value) ? compileList(value, at, libraries) : compileMap(value, at, libraries);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function compileText(source: string, at: Cursor, libraries: Libraries): Render | undefined {
  if (!source.includes('{{') && !source.includes('{%')) return undefined;
  const template = libraries.compileTemplate(source);
  if ('render' in template) return template.render;
  at.error(
    'NBR_BAD_TEMPLATE',
    `${at.label}: expected a sound template, found one with a fault: ${template.error}`,
  );
  return undefined;
}

function compileList(list: readonly Json[], at: Cursor, libraries: Libraries): Render | undefined {
  const renders = list.map((entry, index) => compileValue(entry, at.at(index), libraries));
  if (renders.every((render) => render === undefined)) return undefined;
  return (scope) => list.map((entry, index) => renders[index]?.(scope) ?? entry);
}

function compileMap(
  map: Readonly<Record<string, Json | undefined>>,
  at: Cursor,
  libraries: Libraries,
): Render | undefined {
  const members = Object.entries(map).map(
    ([name, member]) => [name, member, compileValue(member, at.at(name), libraries)] as const,
  );
  if (members.every(([, , render]) => render === undefined)) return undefined;
  return (scope) => {
    const rendered: Record<string, Json | undefined> = {};
    for (const [name, member, render] of members) rendered[name] = render ? render(scope) : member;
    return rendered;
  };
}
