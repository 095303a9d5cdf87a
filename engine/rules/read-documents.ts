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
import { sections } from './sections.ts';
import { invalid, isMap, wrongType } from './shape.ts';

/** Fields that only an action has: a document with one of them was meant to define an action. */
const ownActionFields = Object.keys(actionFields).filter((name) => !Object.hasOwn(sections, name));

/** Reads the shape of every document. */
export function readDocuments(files: readonly RuleFile[], findings: Diagnostic[]): Drafts {
  const drafts = new Drafts();
  for (const file of files) {
    if (file.table !== undefined) drafts.tables.set(file.path, file.table);
    for (const document of file.documents) {
      readDocument(document.value, new Cursor({ file: file.path, document, findings }), drafts);
    }
  }
  addImportedActions(drafts);
  return drafts;
}

function readDocument(value: unknown, at: Cursor, drafts: Drafts): void {
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
    readSections(value, at, drafts);
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

function readSections(value: Readonly<Record<string, unknown>>, at: Cursor, drafts: Drafts): void {
  const known = Object.keys(sections);
  const names = Object.keys(value);
  if (names.length === 0) at.warn('NBR_EMPTY_DOCUMENT', 'expected a definition, found an empty map.');
  for (const name of names) {
    const section = Object.hasOwn(sections, name) ? sections[name] : undefined;
    if (section) {
      section.read(value[name], at.at(name), drafts);
    } else if (!isUnsafeKey(name)) {
      at.at(name).errorInKey(
        'NBR_UNKNOWN_FIELD',
        `${at.label}: found the unknown field \`${name}\`, expected \`action\` or one of ${inWords(known)}.`,
        didYouMean(name, [...known, 'action']),
      );
    }
  }
}
