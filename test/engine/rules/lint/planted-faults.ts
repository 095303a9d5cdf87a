import { faultsInConditions } from './faults-in-conditions.ts';
import { faultsInRules } from './faults-in-rules.ts';
import { faultsInTests } from './faults-in-tests.ts';
import type { Fault } from './planted-fault.ts';

/** What the lint must find, by family and name. */
export const plantedFaults: Readonly<Record<string, Readonly<Record<string, Fault>>>> = {
  ...faultsInConditions,
  ...faultsInRules,
  ...faultsInTests,
};
