import type { Node } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { CodedError, type InputFault, nearestName } from '../../../engine/index.ts';

/** Names that would reach into the prototype of the objects they are put on. */
const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype']);

export interface Field {
  readonly name: string;
  readonly key: Node;
  readonly value: Node | undefined;
}

/**
 * One YAML document that is read with every fault noted at its place, so that its author sees all of them at once.
 * The reads return undefined after a fault; `finish` throws when there was any.
 */
export class MapDocument {
  readonly file: string;
  readonly root: Node | undefined;
  readonly #lines = new LineCounter();
  readonly #faults: InputFault[] = [];

  constructor(file: string, text: string) {
    this.file = file;
    const document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true, merge: false });
    this.root = document.contents ?? undefined;
    for (const error of document.errors) {
      const [start] = error.linePos ?? [];
      this.#faults.push({
        pointer: `${file}:${start?.line ?? 1}:${start?.col ?? 1}`,
        detail: error.message.split('\n', 1)[0]?.replace(/ at line \d+.*$/, '') ?? '',
      });
    }
  }

  /** `file:line:column` of a node. */
  place(node: Node | undefined): string {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0);
    return `${this.file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  }

  fault(node: Node | undefined, detail: string): undefined {
    this.#faults.push({ pointer: this.place(node), detail });
    return undefined;
  }

  /** The fields of a mapping; those not among `allowed` are faults. */
  fields(
    node: Node | undefined,
    what: string,
    allowed: readonly string[],
  ): ReadonlyMap<string, Field> | undefined {
    const entries = this.entries(node, what);
    if (entries === undefined) return undefined;
    const known = new Map<string, Field>();
    for (const entry of entries) {
      if (allowed.includes(entry.name)) known.set(entry.name, entry);
      else
        this.fault(
          entry.key,
          `found the unknown field "${entry.name}"; ${expectedOneOf(allowed, entry.name)}`,
        );
    }
    return known;
  }

  /** The fields of a mapping whose names are free. */
  entries(node: Node | undefined, what: string): readonly Field[] | undefined {
    if (!isMap(node)) return this.fault(node, `${what}: found ${describe(node)}, expected a mapping`);
    const entries: Field[] = [];
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (name === '' || forbiddenNames.has(name)) {
        this.fault(key as Node, `${what}: found "${name}" as a name, which cannot be one`);
      } else entries.push({ name, key: key as Node, value: (value ?? undefined) as Node | undefined });
    }
    return entries;
  }

  /** Text; numbers and booleans count as the text that they were written as. */
  text(node: Node | undefined, what: string): string | undefined {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return scalarText(node, value);
    return this.fault(node, `${what}: found ${describe(node)}, expected a text`);
  }

  oneOf<Choice extends string>(
    node: Node | undefined,
    what: string,
    choices: readonly Choice[],
  ): Choice | undefined {
    const text = this.text(node, what);
    if (text === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === text);
    return choice ?? this.fault(node, `${what}: found "${text}"; ${expectedOneOf(choices, text)}`);
  }

  /** The members of a list, or the value itself where a single one stands for a list of one. */
  list(node: Node | undefined, what: string): readonly Node[] {
    if (isSeq(node)) {
      if (node.items.length === 0)
        this.fault(node, `${what}: found an empty list, expected at least one entry`);
      return node.items as Node[];
    }
    if (node === undefined || isAlias(node)) {
      this.fault(node, `${what}: found ${describe(node)}, expected a value or a list`);
      return [];
    }
    return [node];
  }

  /** Throws NB_CONFIG with every fault when there was one. */
  finish(): void {
    if (this.#faults.length > 0) throw mapError(this.#faults);
  }
}

export function mapError(faults: readonly InputFault[]): CodedError {
  const lines = faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
  return new CodedError('NB_CONFIG', `The mapping file is not valid:\n${lines.join('\n')}`, { faults });
}

export function expectedOneOf(choices: readonly string[], found: string): string {
  const near = nearestName(found, choices);
  return `expected one of ${choices.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

export function describe(node: Node | undefined): string {
  if (node === undefined) return 'nothing';
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (isAlias(node)) return 'an alias';
  return isScalar(node) && node.value !== null ? JSON.stringify(node.value) : 'nothing';
}

function scalarText(node: Node | undefined, value: number | boolean): string {
  return isScalar(node) && typeof node.source === 'string' ? node.source : String(value);
}
