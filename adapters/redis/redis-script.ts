import type { ChainableCommander, Cluster, Redis } from 'ioredis';

export type RedisClient = Redis | Cluster;

/** A Lua script under the name by which the client knows it. Its contract stands above its text. */
export interface RedisScript {
  readonly name: string;
  readonly lua: string;
  /** Its answer holds values that are no text, so everything in it comes as bytes. */
  readonly repliesInBytes?: true;
}

export type Argument = string | number | Buffer;

/**
 * Calls a script that `connectRedis` has defined. `defineCommand` sends the text once per connection and the hash from
 * then on, so a script survives restarts and fail-overs of the server without our doing.
 */
export function callScript(
  client: RedisClient,
  script: RedisScript,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  return Promise.resolve(defined(client, script).call(client, keys.length, ...keys, ...args));
}

/** Adds the script to a pipeline. */
export function chainScript(
  pipeline: ChainableCommander,
  script: RedisScript,
  keys: readonly string[],
  args: readonly Argument[],
): void {
  defined(pipeline, script).call(pipeline, keys.length, ...keys, ...args);
}

type ScriptCall = (this: object, ...args: readonly Argument[]) => unknown;

function defined(target: object, script: RedisScript): ScriptCall {
  const call: unknown = Reflect.get(target, script.repliesInBytes ? `${script.name}Buffer` : script.name);
  if (typeof call !== 'function')
    throw new Error(`the script ${script.name} is not defined on this connection`);
  return call as ScriptCall;
}
