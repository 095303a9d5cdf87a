import { partitionOf } from '../chance/partition.ts';
import { identitiesOf } from '../customer/identities.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { LinkExportMessage, UnlinkMessage } from '../model/log-message.ts';
import { findDocument } from './find-document.ts';
import type { RuntimeContext } from './runtime-context.ts';

/**
 * Merges and partings that a person asks for. They go through the log like those that follow from events; what is known
 * to be impossible is refused here, and what turns out to be so later is an event of the customer.
 */
export async function mergeCustomers(
  context: RuntimeContext,
  presented: CustomerKey,
  other: CustomerKey,
): Promise<void> {
  const [one, two] = [await rootOf(context, presented), await rootOf(context, other)];
  if (one.key === two.key) return;
  const refusal = refusalOf(context, [presented, other, one.key, two.key], one, two);
  if (refusal !== undefined) throw new CodedError('NB_MERGE_REFUSED', refusal);
  const link: LinkExportMessage = {
    ...envelope(context, one.key, 'merge'),
    kind: 'link-export',
    to: two.key,
    cause: 'request',
    // A person may bring together what the rules keep apart.
    room: {},
    apart: [],
    asked: one.key,
    other,
  };
  await context.ports.log.append([link]);
}

export async function unmergeCustomer(
  context: RuntimeContext,
  presented: CustomerKey,
  take: CustomerKey,
): Promise<void> {
  const { key, sources } = await rootOf(context, presented);
  if (take === key) {
    throw new CodedError(
      'NB_UNMERGE_REFUSED',
      'The customer goes under this id. Take the others out of it instead.',
    );
  }
  if (!Object.hasOwn(sources, take)) {
    throw new CodedError('NB_UNMERGE_REFUSED', 'The id is not part of this customer.');
  }
  const message: UnlinkMessage = { ...envelope(context, key, 'unmerge'), kind: 'unlink', take };
  await context.ports.log.append([message]);
}

async function rootOf(context: RuntimeContext, presented: CustomerKey): Promise<CustomerState> {
  const { state } = await findDocument(context, presented, 'store');
  if (state) return state;
  throw new CodedError('NB_UNKNOWN_CUSTOMER', `Nothing is known of a customer with the id ${presented}.`);
}

function refusalOf(
  context: RuntimeContext,
  ids: readonly CustomerKey[],
  one: CustomerState,
  two: CustomerState,
): string | undefined {
  const blocked = ids.find((id) => context.rulebook()?.identity.isBlocked(id));
  if (blocked !== undefined) return `The id ${blocked} is blocked: many people share it.`;
  const count = identitiesOf(one).length + identitiesOf(two).length - 1;
  return count > limits.sourcesPerCustomerMax
    ? `Together they would have ${count + 1} ids; a customer may have ${limits.sourcesPerCustomerMax + 1}.`
    : undefined;
}

function envelope({ tenant, partitions, ports }: RuntimeContext, key: CustomerKey, what: string) {
  return {
    id: `${what}:${ports.ids.nonce()}`,
    tenant,
    partition: partitionOf(tenant, key, partitions),
    receivedAt: ports.clock.now(),
    key,
  };
}
