import type { FactOperand } from '../../model/condition.ts';
import type { FactSlot, FactSource } from '../../model/rulebook.ts';
import type { Cursor } from '../cursor.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import { didYouMean, nearestName } from '../nearest-name.ts';
import { invalid, type Read, wrongType } from '../shape.ts';
import type { ConditionScope } from './compile-condition.ts';
import { reportUnknownFactFields } from './condition-fields.ts';
import { factNamespaces } from './fact-table.ts';
import { type PropertyPath, parsePropertyPath, propertyPathExpected } from './property-path.ts';

/** `value: { fact, path? }`. */
export function compileFactValue(
  value: Readonly<Record<string, unknown>>,
  at: Cursor,
  scope: ConditionScope,
): Read<FactOperand> {
  const fieldsSound = reportUnknownFactFields(value, at);
  const fact = compileFact(value, at, scope);
  return fieldsSound ? fact : invalid;
}

/** A fact with its optional path, on either side of a comparison. */
export function compileFact(
  value: Readonly<Record<string, unknown>>,
  at: Cursor,
  scope: ConditionScope,
): Read<FactOperand> {
  const fact = readFact(value.fact, at, scope);
  const path = readPath(value, at);
  if (fact === invalid || path === invalid) return invalid;
  return path === undefined ? fact : { ...fact, path };
}

/** Without a path. */
function readFact(written: unknown, parent: Cursor, scope: ConditionScope): Read<FactOperand> {
  const fact = typeof written === 'string' ? resolveFact(written, scope) : undefined;
  if (fact && isAllowed(fact.source, scope)) return scope.facts.operand(fact.name, fact.source);
  const at = parent.at('fact');
  if (typeof written !== 'string') return wrongType(at, 'text', written);
  if (!fact) {
    at.error(
      'NBR_UNKNOWN_FACT',
      `${at.label}: found the unknown fact \`${written}\`, expected a declared feature or ${scope.allowed.words}.`,
      written === 'customer'
        ? 'Only `inSegment` asks about `customer` as a whole.'
        : (didYouMean(written, scope.facts.names()) ?? otherNamespace(written, scope)),
    );
    return invalid;
  }
  at.error('NBR_FACT_NOT_HERE', `${at.label}: found \`${written}\`, expected only ${scope.allowed.words}.`);
  return invalid;
}

/** A fact by its name alone, as expressions have them; or what is wrong with the name, and what may have been meant. */
export function resolveName(
  name: string,
  scope: ConditionScope,
): { readonly operand: FactOperand } | { readonly code: DiagnosticCode; readonly hint?: string } {
  const source = scope.facts.resolve(name);
  if (source && isAllowed(source, scope)) return { operand: scope.facts.operand(name, source) };
  if (source) return { code: 'NBR_FACT_NOT_HERE' };
  const hint = didYouMean(name, scope.facts.names()) ?? otherNamespace(name, scope);
  return { code: 'NBR_UNKNOWN_FACT', ...(hint !== undefined && { hint }) };
}

/** A table that is looked up with what a request brings says nothing where there is no request. */
function isAllowed(source: FactSource, { allowed: { kinds } }: ConditionScope): boolean {
  if (!kinds.has(source.kind)) return false;
  return source.kind !== 'overlay' || source.needs === undefined || kinds.has(source.needs);
}

/** What `contxt.city` was probably meant to be: nobody can list the names in `context.*`, but the first word is known. */
function otherNamespace(written: string, { facts, allowed }: ConditionScope): string | undefined {
  const [space = '', ...path] = written.split('.');
  const meant = [nearestName(space, factNamespaces), ...path].join('.');
  const source = facts.resolve(meant);
  return source && allowed.kinds.has(source.kind) ? `Did you mean \`${meant}\`?` : undefined;
}

/** An imported rule reads what is no fact of the book at this place from the request's context. */
function resolveFact(
  written: string,
  { facts, allowed, imported = false }: ConditionScope,
): FactSlot | undefined {
  const source = facts.resolve(written);
  if (imported && !(source && allowed.kinds.has(source.kind))) return facts.inContext(written);
  return source && { name: written, source };
}

/** An empty path is no path, as in json-rules-engine. */
function readPath(value: Readonly<Record<string, unknown>>, parent: Cursor): Read<PropertyPath | undefined> {
  if (!Object.hasOwn(value, 'path') || value.path === '') return undefined;
  const at = parent.at('path');
  if (typeof value.path !== 'string') return wrongType(at, 'text', value.path);
  const path = parsePropertyPath(value.path);
  if (path) return path;
  at.error('NBR_BAD_PATH', `${at.label}: expected ${propertyPathExpected}, found "${value.path}".`);
  return invalid;
}
