import type { Steps } from '../steps.ts';
import { actionFields, actionShape, draftOf } from './action-shape.ts';
import { Cursor } from './cursor.ts';
import { Drafts } from './drafts.ts';
import { parseGroup } from './group-name.ts';
import {
  type ImportedRule,
  importedGroup,
  importedRuleShape,
  importRules,
  isImportedRule,
  parseRuleText,
} from './imported-rule.ts';
import { groupPattern, isUnsafeKey, subjectNamePattern } from './names.ts';
import { didYouMean, nearestName } from './nearest-name.ts';
import type { Diagnostic, RuleFile } from './rule-file.ts';
import { isSafeData } from './safe-data.ts';
import { inWords } from './scalar-shapes.ts';
import { type Section, sections } from './sections.ts';
import { invalid, isMap, wrongType } from './shape.ts';

/** Fields that only an action has: a document with one of them was meant to define an action. */
const ownActionFields = Object.keys(actionFields).filter((name) => !Object.hasOwn(sections, name));

/** Files below `challengers/<name>/` define what stands in for the book's own definitions in an arm of an experiment. */
const challengerPath = /^challengers\/(?:([^/]*)\/)?/;

/** What decides on a customer. Whatever is known of customers must be the same for all of them. */
const sectionsOfChallengers: Readonly<Record<string, Section>> = Object.fromEntries(
  ['placements', 'policies', 'arbitration', 'hierarchy', 'tests'].flatMap((name) => {
    const section = sections[name];
    return section ? [[name, section] as const] : [];
  }),
);

/** Reads the shape of every document. */
export function* readDocuments(files: readonly RuleFile[], findings: Diagnostic[]): Steps<Drafts> {
  const book = new Drafts();
  for (const file of files) {
    const path = challengerPath.exec(file.path);
    const drafts = path ? challengerOf(path[1] ?? '', { book, file, findings }) : book;
    if (file.table !== undefined) drafts.tables.set(file.path, file.table);
    const known = path ? sectionsOfChallengers : sections;
    for (const document of file.documents) {
      readDocument(document.value, new Cursor({ file: file.path, document, findings }), drafts, known);
      yield;
    }
  }
  for (const drafts of [book, ...book.challengers.values()]) addImportedActions(drafts);
  return book;
}

/** What the challenger of a file defines so far. */
function challengerOf(
  name: string,
  {
    book,
    file,
    findings,
  }: { readonly book: Drafts; readonly file: RuleFile; readonly findings: Diagnostic[] },
): Drafts {
  const known = book.challengers.get(name);
  const refuse = (message: string) => {
    const place = { file: file.path, line: 1, column: 1 };
    findings.push({ code: 'NBR_NOT_IN_CHALLENGER', severity: 'error', ...place, message });
  };
  if (file.table !== undefined) {
    refuse('found a table among the rules of a challenger, expected it outside of `challengers/`.');
  }
  if (known) return known;
  if (!subjectNamePattern.test(name)) {
    refuse(
      'expected the rules of a challenger in a folder of its own, `challengers/<name>/`, whose name has letters, digits, `-` and `_` only.',
    );
  }
  const drafts = new Drafts();
  book.challengers.set(name, drafts);
  return drafts;
}

type Sections = Readonly<Record<string, Section>>;

function readDocument(value: unknown, at: Cursor, drafts: Drafts, known: Sections): void {
  if (value === null || value === undefined) {
    at.warn('NBR_EMPTY_DOCUMENT', 'expected a definition, found an empty document.');
    return;
  }
  if (!isSafeData(value, at)) return;
  if (Array.isArray(value)) {
    for (const [index, rule] of value.entries()) readImportedRule(rule, at.at(index), drafts);
  } else if (isImportedRule(value) || (typeof value === 'string' && parseRuleText(value) !== undefined)) {
    readImportedRule(value, at, drafts);
  } else if (!isMap(value)) {
    wrongType(at, 'a map with definitions', value);
  } else if (isAction(value)) {
    readAction(value, at, drafts);
  } else {
    readSections(value, at, drafts, known);
  }
}

function isAction(value: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(value);
  if (names.some((name) => ownActionFields.includes(name))) return true;
  return names.some((name) => !Object.hasOwn(sections, name) && nearestName(name, ['action']) !== undefined);
}

function readAction(value: Readonly<Record<string, unknown>>, at: Cursor, drafts: Drafts): void {
  const read = actionShape.read(value, at);
  if (typeof value.group === 'string' && groupPattern.test(value.group)) addGroup(value.group, drafts);
  if (read === invalid) {
    addUnsound(value.action, at.at('action'), drafts);
    return;
  }
  drafts.actions.add(read.action, draftOf(read, { written: value, at }), at);
  for (const [index, test] of read.tests.entries())
    drafts.tests.push({ value: test, at: at.at('tests', index) });
}

/** A rule of json-rules-engine, as it is or as text. */
function readImportedRule(value: unknown, at: Cursor, drafts: Drafts): void {
  const written = typeof value === 'string' ? (parseRuleText(value) ?? value) : value;
  // What stands in a text was not looked through with the document.
  if (written !== value && !isSafeData(written, at)) return;
  const rule = importedRuleShape.read(written, at);
  if (rule === invalid) return;
  addGroup(importedGroup, drafts);
  drafts.importedRules.push({ rule, at });
}

/** Once all rules are known, because rules with one event are one action. */
function addImportedActions(drafts: Drafts): void {
  const byAction = new Map<string, [ImportedRule, ...ImportedRule[]]>();
  for (const imported of drafts.importedRules) {
    const { action } = imported.rule.event.type;
    const rules = byAction.get(action);
    if (rules) rules.push(imported);
    else byAction.set(action, [imported]);
  }
  for (const [name, [first, ...others]] of byAction) {
    drafts.actions.add(name, importRules(first, others), first.at);
  }
}

function addGroup(written: string, drafts: Drafts): void {
  const { issue, group } = parseGroup(written);
  drafts.issues.add(issue);
  drafts.groups.add(group);
}

/** What is wrong with the name itself is reported already. */
function addUnsound(name: unknown, at: Cursor, drafts: Drafts): void {
  if (typeof name === 'string' && subjectNamePattern.test(name)) drafts.actions.add(name, invalid, at);
}

function readSections(
  value: Readonly<Record<string, unknown>>,
  at: Cursor,
  drafts: Drafts,
  expected: Sections,
): void {
  const known = Object.keys(expected);
  const names = Object.keys(value);
  if (names.length === 0) at.warn('NBR_EMPTY_DOCUMENT', 'expected a definition, found an empty map.');
  for (const name of names) {
    const section = Object.hasOwn(expected, name) ? expected[name] : undefined;
    if (section) {
      section.read(value[name], at.at(name), drafts);
    } else if (Object.hasOwn(sections, name)) {
      at.at(name).errorInKey(
        'NBR_NOT_IN_CHALLENGER',
        `${at.label}: found \`${name}\` among the rules of a challenger, expected actions or ${inWords(known)}.`,
        'What is known of customers, and who is in which arm, is the same for all: define it outside of `challengers/`.',
      );
    } else if (!isUnsafeKey(name)) {
      at.at(name).errorInKey(
        'NBR_UNKNOWN_FIELD',
        `${at.label}: found the unknown field \`${name}\`, expected \`action\` or one of ${inWords(known)}.`,
        didYouMean(name, [...known, 'action']),
      );
    }
  }
}
