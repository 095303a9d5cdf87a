import { partitionOf } from '../chance/partition.ts';
import { CodedError } from '../errors.ts';
import type { DecidedTreatment, Decision } from '../model/decision.ts';
import type { OutcomeMessage } from '../model/log-message.ts';
import type { OutcomeReport } from './application.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The message of a reported outcome; NB_UNKNOWN_TREATMENT when the decision holds no such treatment, or several. */
export function outcomeMessage(
  context: RuntimeContext,
  decision: Decision,
  report: OutcomeReport,
): OutcomeMessage {
  const { action, treatment } = reportedTreatment(decision, report);
  const now = context.ports.clock.now();
  // The contact stands in the profile of the id that asked, wherever that is by now.
  const key = decision.presentedAs ?? decision.customer;
  return {
    kind: 'outcome',
    id: `o:${report.messageId ?? `${decision.id}/${action}/${treatment}/${report.outcome}`}`,
    tenant: context.tenant,
    partition: partitionOf(context.tenant, key, context.partitions),
    receivedAt: now,
    key,
    decision: decision.id,
    action,
    treatment,
    outcome: report.outcome,
    ...(report.value !== undefined && { value: report.value }),
    timestamp: report.timestamp ?? now,
  };
}

function reportedTreatment(decision: Decision, report: OutcomeReport): DecidedTreatment {
  const shown = decision.placements.flatMap(({ treatments }) => treatments);
  const meant = shown.filter(
    ({ action, treatment }) =>
      (report.action === undefined || report.action === action) &&
      (report.treatment === undefined || report.treatment === treatment),
  );
  const [only] = meant;
  if (only && meant.length === 1) return only;
  const held = shown.map(({ action, treatment }) => `${action}/${treatment}`).join(', ') || 'none';
  const pointer = report.treatment !== undefined && report.action === undefined ? '/treatment' : '/action';
  const detail =
    meant.length > 1
      ? `several treatments of the decision are meant; name the action (it holds ${held})`
      : `the decision holds no such treatment (it holds ${held})`;
  throw new CodedError('NB_UNKNOWN_TREATMENT', detail, { faults: [{ pointer, detail }] });
}
