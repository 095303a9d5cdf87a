import type { PolicyJudge } from './policy-judge.ts';

/** None at all. Whom it binds, and of what it speaks, is asked before. */
export const prohibition: PolicyJudge = {
  forbids: () => true,
  suspects: () => undefined,
  sight: () => ({}),
  add: () => false,
};
