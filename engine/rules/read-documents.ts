import { type ActionDraft, actionFields, actionShape, draftOf } from './action-shape.ts';
import { Cursor } from './cursor.ts';
import { Drafts } from './drafts.ts';
import { parseGroup } from './group-name.ts';
import { importedGroup, importedRuleShape, importRule, isImportedRule } from './imported-rule.ts';
import { groupPattern, isUnsafeKey, subjectNamePattern } from './names.ts';
import { didYouMean, nearestName } from './nearest-name.ts';
import type { Diagnostic, RuleFile } from './rule-file.ts';
import { isSafeData } from './safe-data.ts';
import { inWords } from './scalar-shapes.ts';
import { sections } from './sections.ts';
import { invalid, isMap, type Read, wrongType } from './shape.ts';

/** Fields that only an action has: a document with one of them was meant to define an action. */
const ownActionFields = Object.keys(actionFields).filter((name) => !Object.hasOwn(sections, name));

/** Reads the shape of every document. */
export function readDocuments(files: readonly RuleFile[], findings: Diagnostic[]): Drafts {
  const drafts = new Drafts();
  for (const file of files) {
    for (const document of file.documents) {
      readDocument(document.value, new Cursor({ file: file.path, document, findings }), drafts);
    }
  }
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
  } else if (!isMap(value)) {
    wrongType(at, 'a map with definitions', value);
  } else if (isImportedRule(value)) {
    readImportedRule(value, at, drafts);
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

function readImportedRule(value: unknown, at: Cursor, drafts: Drafts): void {
  const read = importedRuleShape.read(value, at);
  if (read === invalid) return;
  addGroup(importedGroup, drafts);
  const draft: Read<ActionDraft> = importRule(read, at);
  drafts.actions.add(read.event.type, draft, at);
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
