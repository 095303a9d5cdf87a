import { AlwaysOwnedLeases } from '../../../adapters/memory/always-owned-leases.ts';
import { MemoryBudgetLedger } from '../../../adapters/memory/memory-budget-ledger.ts';
import { MemoryDecisionStream } from '../../../adapters/memory/memory-decision-stream.ts';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { MemoryTouchpointLog } from '../../../adapters/memory/memory-touchpoint-log.ts';
import { RandomIds } from '../../../adapters/system/random-ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import {
  type DecideAnswer,
  type DecideRequest,
  type Decision,
  type Deployment,
  type DeploymentOptions,
  defaultTenant,
  type Observer,
  type Ports,
  type Repair,
  type Rulebook,
  startDeployment,
  userKey,
} from '../../../engine/index.ts';
import { noon } from './events.ts';

/** A node on memory ports with a clock that the test turns by hand. */
export interface TestNode {
  readonly node: Deployment;
  readonly ports: Ports;
  readonly clock: { time: number };
  readonly decisions: Decision[];
  readonly notes: string[];
  readonly troubles: unknown[];
  readonly repairs: Repair[];
  /** Partitions that were taken up anew because they stood still. */
  readonly restarts: number[];
  /** Another node on the same ports, or on ports that reach the same data in another way. */
  readonly another: (wrap?: (ports: Ports) => Ports, changed?: Partial<DeploymentOptions>) => TestNode;
  rulebook: Rulebook | undefined;
}

export function startNode(
  rulebook: Rulebook,
  options: Partial<DeploymentOptions> = {},
  wrap: (ports: Ports) => Ports = (ports) => ports,
): TestNode {
  const clock = { time: noon };
  const world = { clock: { now: () => clock.time }, timing: systemTiming };
  const ports: Ports = {
    ...world,
    sha256,
    ids: new RandomIds(),
    log: new MemoryTouchpointLog(world),
    store: new MemoryStateStore(world),
    budgets: new MemoryBudgetLedger(world),
    leases: new AlwaysOwnedLeases(),
    decisions: new MemoryDecisionStream(world),
  };
  return startOn(wrap(ports), clock, rulebook, options);
}

function startOn(
  ports: Ports,
  clock: { time: number },
  rulebook: Rulebook,
  options: Partial<DeploymentOptions>,
): TestNode {
  const decisions: Decision[] = [];
  const notes: string[] = [];
  const troubles: unknown[] = [];
  const repairs: Repair[] = [];
  const restarts: number[] = [];
  const observer: Observer = {
    applied: ({ kind, note }) => notes.push(`${kind}:${note}`),
    decided: (decision) => decisions.push(decision),
    conflicted: () => undefined,
    deadLettered: (reason) => troubles.push(reason),
    repaired: (what) => repairs.push(what),
    restarted: (partition) => restarts.push(partition),
    troubled: (_what, error) => troubles.push(error),
    advanced: () => undefined,
  };
  const test: Omit<TestNode, 'node'> & { node?: Deployment } = {
    ports,
    clock,
    decisions,
    notes,
    troubles,
    repairs,
    restarts,
    rulebook,
    another: (wrap = (same) => same, changed = {}) =>
      startOn(wrap(ports), clock, rulebook, { ...options, ...changed }),
  };
  test.node = startDeployment({
    tenant: defaultTenant,
    partitions: 4,
    ports,
    observer,
    rulebook: () => test.rulebook,
    learns: false,
    ...options,
  });
  return test as TestNode;
}

/** Pauses take a tenth of their time. For tests that let a node settle again and again, and depend on no deadline. */
export function hurried(ports: Ports): Ports {
  return { ...ports, timing: { sleep: (ms, signal) => ports.timing.sleep(ms / 10, signal) } };
}

/** Asks for ada's hero unless the request says otherwise. */
export function ask(test: TestNode, request: Partial<DecideRequest> = {}): Promise<DecideAnswer> {
  return test.node.decide({
    customer: userKey('ada'),
    placements: ['hero'],
    context: {},
    events: [],
    explain: false,
    ...request,
  });
}
