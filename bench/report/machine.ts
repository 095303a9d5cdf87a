import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What figures depend on; nothing that tells one machine from another of its kind. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly redisServer?: string;
  readonly natsServer?: string;
  readonly platform: string;
}

export function machineHere(): Machine {
  const redisServer = versionOf('redis-server', /v=(\S+)/);
  const natsServer = versionOf('nats-server', /v(\d\S*)/);
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    ...(redisServer !== undefined && { redisServer }),
    ...(natsServer !== undefined && { natsServer }),
    platform: `${process.platform} ${process.arch}`,
  };
}

export function machineText(machine: Machine): string {
  const { processor, cores, memoryGiB, node, redisServer, natsServer, platform } = machine;
  return [
    `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGiB} GiB`,
    `Node ${node}`,
    ...(redisServer === undefined ? [] : [`redis-server ${redisServer}`]),
    ...(natsServer === undefined ? [] : [`nats-server ${natsServer}`]),
    platform,
  ].join('; ');
}

/** Undefined where the program is not there: benchmarks that need it say so themselves. */
function versionOf(program: string, pattern: RegExp): string | undefined {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return pattern.exec(stdout ?? '')?.[1];
}
