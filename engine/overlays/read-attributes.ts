import { limits } from '../limits.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import type { AttributeType, Overlay } from '../model/rulebook.ts';
import { keyText } from './reference-table.ts';

/** Values of an overlay's attributes as a file or a service tells them, or the reason why they cannot be taken. */
export type ReadAttributes =
  | { readonly values: Readonly<Record<string, Json>> }
  | { readonly reason: string };

/**
 * Files know nothing but texts, so a text that is a number counts as one where a number is declared. What is empty is
 * left out; what is not declared is none of our business. Anything else that does not fit refuses the whole row: half
 * of what a source tells is worse than nothing.
 */
export function readAttributes(
  attributes: Overlay['attributes'],
  cells: Readonly<Record<string, unknown>>,
): ReadAttributes {
  const values: Record<string, Json> = {};
  for (const [name, type] of Object.entries(attributes)) {
    const cell = Object.hasOwn(cells, name) ? cells[name] : undefined;
    if (cell === undefined || cell === null || cell === '') continue;
    const value = readValue(type, cell);
    if (value === undefined) return { reason: `${name}: expected ${typeWords[type]}, found ${shown(cell)}` };
    values[name] = value;
  }
  return { values };
}

/** The key of a row; undefined where there is none. */
export function readKey(column: string, cells: Readonly<Record<string, unknown>>): string | undefined {
  const key = keyText(Object.hasOwn(cells, column) ? cells[column] : undefined);
  return key === undefined || key.length > limits.idLengthMax ? undefined : key;
}

/** Whether a value that was stored under an earlier rulebook still is what the attribute is declared as. */
export function isOfType(type: AttributeType, value: Json | undefined): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number';
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
  }
}

const typeWords: Readonly<Record<AttributeType, string>> = {
  number: 'a number',
  text: `a text of at most ${limits.attributeLengthMax} characters`,
  flag: 'true or false',
};

function readValue(type: AttributeType, cell: unknown): Json | undefined {
  switch (type) {
    case 'number':
      return readNumber(cell);
    case 'flag':
      return readFlag(cell);
    case 'text':
      return readText(cell);
  }
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function readNumber(cell: unknown): number | undefined {
  const number = typeof cell === 'string' && decimal.test(cell.trim()) ? Number(cell) : cell;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function readFlag(cell: unknown): boolean | undefined {
  if (typeof cell === 'boolean') return cell;
  if (typeof cell !== 'string') return undefined;
  const word = cell.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function readText(cell: unknown): string | undefined {
  const text = typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : cell;
  return typeof text === 'string' && text.length <= limits.attributeLengthMax ? text : undefined;
}

function shown(cell: unknown): string {
  const text = typeof cell === 'string' ? JSON.stringify(cell) : canonicalJson(cell);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
