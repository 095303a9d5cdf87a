import { CodedError, type Ports } from '../../../engine/index.ts';
import type { Commit, CommitResult, StateStore } from '../../../engine/ports.ts';

/** What happens to one commit: it passes, is lost on its way, or is stored and its answer is lost. */
export type Fate = 'passes' | 'lost' | 'answer-lost';

/** Ports on which commits meet the fate that `fateOf` deals them. All else works. */
export function withCommitFates(ports: Ports, fateOf: (commit: Commit) => Fate): Ports {
  const { store } = ports;
  const commit = async (wanted: Commit): Promise<CommitResult> => {
    const fate = fateOf(wanted);
    const result = fate === 'lost' ? undefined : await store.commit(wanted);
    if (result === undefined || fate === 'answer-lost') {
      throw new CodedError('NB_STORE_UNAVAILABLE', 'the store did not answer in time');
    }
    return result;
  };
  return { ...ports, store: overriding<StateStore>(store, { commit }) };
}

/** The object with some of its methods replaced; the others keep their `this`. */
export function overriding<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** Ports of a node that answers requests but works off no partition. */
export function withoutPartitions(ports: Ports): Ports {
  return { ...ports, leases: overriding(ports.leases, { hold: async () => [] }) };
}
