import { settle } from './settle.ts';
import { realProtocol } from './variants.ts';
import { World } from './world.ts';

/**
 * I7: the same log into an empty store, later and without any trouble, gives the same documents. Not where requests
 * decided, whose contacts come through the log later than they were made, nor where the log lost something.
 */
export async function checkReplay(world: World): Promise<readonly string[]> {
  const { plan, rulebook, scheduler, log } = world;
  if (plan.decides || !plan.isStrict || log.dropped.size > 0) return [];
  const again = new World(
    { ...plan, nodes: 1, faults: [], loss: 0, lag: 0 },
    { rulebook, variant: realProtocol, begin: scheduler.now },
  );
  again.log.entries = [...log.entries];
  again.start(0);
  if (!(await settle(again))) return ['I7: the replayed log does not settle'];
  const [before, after] = [await documentsOf(world), await documentsOf(again)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
    before.get(key) === after.get(key) ? [] : [`I7: ${key} comes out another when the log is replayed`],
  );
}

async function documentsOf(world: World): Promise<ReadonlyMap<string, string>> {
  const documents = new Map<string, string>();
  for (const { store } of world.store.shards) {
    for await (const { key, value } of store.documents()) {
      if (!key.startsWith('p:')) documents.set(key, String(value));
    }
  }
  return documents;
}
