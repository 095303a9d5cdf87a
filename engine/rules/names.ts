/** Names of features, policies, budgets, triggers and the like. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9 _./-]{0,99}$/;

/** Names of actions, placements and channels: they become parts of stream subjects, where dots and spaces mean something. */
export const subjectNamePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** `action/treatment`. */
export const treatmentPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/[A-Za-z0-9][A-Za-z0-9 _./-]{0,99}$/;

/** Purposes: a slash would read as purpose and channel. */
export const purposePattern = /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$/;

/** A purpose, or a purpose in one channel. */
export const consentKeyPattern = /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}(?:\/[A-Za-z0-9][A-Za-z0-9_-]{0,99})?$/;

/** A country or a part of one, as ISO 3166 codes them. */
export const jurisdictionName = /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/;

/** `issue/group`, or a group alone. */
export const groupPattern = /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}(?:\/[A-Za-z0-9][A-Za-z0-9 _.-]{0,99})?$/;

const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Keys that could reach into the prototype of whatever object they are copied to. */
export function isUnsafeKey(key: string): boolean {
  return unsafeKeys.has(key);
}

/** Names that every object answers to: a record looked up by one of these would find JavaScript's own member. */
export function isInheritedName(name: string): boolean {
  return name in {};
}

/** What a name must look like, for messages. */
export function nameExpected(pattern: RegExp): string {
  switch (pattern) {
    case subjectNamePattern:
      return 'a name of letters, digits, `-` and `_` that begins with a letter or digit (at most 100)';
    case jurisdictionName:
      return 'the code of a country such as `NO`, or of a part of one such as `US-CA`';
    case groupPattern:
      return 'a group such as `retention/vouchers` or `vouchers`';
    case consentKeyPattern:
      return 'a purpose such as `marketing`, or a purpose and channel such as `marketing/email`';
    case treatmentPattern:
      return 'a treatment such as `voucher/hero`, the action before the slash';
    case purposePattern:
      return 'a name of letters, digits, spaces, `-`, `_` and `.` that begins with a letter or digit (at most 100)';
    default:
      return 'a name of letters, digits, spaces and `-_./` that begins with a letter or digit (at most 100)';
  }
}
