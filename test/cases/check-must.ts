import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../engine/index.ts';
import type { CaseAnswer, Must, PlacementMust } from './case-format.ts';

type PlacementAnswer = CaseAnswer['placements'][number];

/** What of the stated part does not hold, in words; none when all of it does. */
export function checkMust(must: Must, answer: CaseAnswer): readonly string[] {
  const faults: string[] = [];
  if (Object.keys(must).length === 0) faults.push('it states nothing by hand');
  for (const [name, stated] of Object.entries(must.placements ?? {})) {
    const found = answer.placements.find(({ placement }) => placement === name);
    if (found) faults.push(...placementFaults(stated, found));
    else faults.push(`${name} was not asked`);
  }
  faults.push(...differing('arms', must.arms, answer.arms));
  faults.push(...differing('spends', must.spends, answer.spends));
  const { putOffUntil } = must;
  if (putOffUntil !== undefined && !isSame('putOffUntil', putOffUntil, answer.putOffUntil ?? null))
    faults.push(`it is put off until ${answer.putOffUntil}, not ${putOffUntil}`);
  return faults;
}

function placementFaults(must: PlacementMust, found: PlacementAnswer): readonly string[] {
  const shown = found.treatments.map(({ action }) => action);
  return [
    ...differing(`shown in ${found.placement}`, must.shown, shown),
    ...Object.entries(must.out ?? {}).flatMap(([action, told]) =>
      differing(`the reason of ${action}`, told, reasonIn(found, action, told)),
    ),
    ...Object.entries(must.treatments ?? {}).flatMap(([action, members]) =>
      memberFaults(
        action,
        members,
        found.treatments.find((treatment) => treatment.action === action),
      ),
    ),
    ...Object.entries(must.reasons ?? {}).flatMap(([action, members]) =>
      memberFaults(
        action,
        members,
        found.reasons.find((reason) => reason.action === action),
      ),
    ),
    ...(must.fallback === undefined
      ? []
      : differing(`the fallback of ${found.placement}`, must.fallback, found.fallback?.content ?? null)),
  ];
}

function reasonIn({ reasons }: PlacementAnswer, action: string, told: string): string | undefined {
  const reason = reasons.find((one) => one.action === action);
  return reason && told.includes(' ') ? `${reason.code} ${reason.by}` : reason?.code;
}

function memberFaults(action: string, members: JsonObject, found: object | undefined): readonly string[] {
  if (!found) return [`there is nothing of ${action}`];
  const told = found as Readonly<Record<string, unknown>>;
  return Object.entries(members).flatMap(([name, value]) =>
    isSame(name, value, told[name]) ? [] : differing(`${name} of ${action}`, value, told[name]),
  );
}

/** Numbers that are worked out by hand may differ in the last digits; times are stated as text. */
function isSame(name: string, stated: Json | undefined, found: unknown): boolean {
  if (typeof stated === 'number' && typeof found === 'number')
    return Math.abs(stated - found) <= 1e-12 * Math.max(1, Math.abs(stated));
  if (/until$/i.test(name) && typeof stated === 'string' && found !== undefined)
    return Date.parse(stated) === (typeof found === 'number' ? found : Date.parse(String(found)));
  return isDeepStrictEqual(stated, found);
}

function differing(what: string, stated: unknown, found: unknown): readonly string[] {
  if (stated === undefined || isDeepStrictEqual(stated, found)) return [];
  return [`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(stated)}`];
}
