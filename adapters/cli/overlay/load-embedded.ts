import { CodedError, type Observer, type OverlayLoad } from '../../../engine/index.ts';
import { readConfig } from '../../system/config.ts';
import { openNode } from '../../wiring/open-node.ts';
import { openStorage } from '../../wiring/open-storage.ts';
import { openRulebook } from '../rulebook/open-rulebook.ts';
import type { LoadSummary, SendRows } from './load-overlay.ts';

interface EmbeddedJob {
  readonly overlay: string;
  readonly kind: 'customer' | 'table';
  readonly send: SendRows;
}

/** Loads without a server: opens the store of the settings, by the rules of their folder, until all of it is applied. */
export async function loadEmbedded(
  load: Omit<OverlayLoad, 'rows'>,
  run: (job: EmbeddedJob) => Promise<LoadSummary>,
): Promise<LoadSummary> {
  const config = readConfig(process.env);
  const { rulebook } = await openRulebook(config.rules);
  if (!rulebook) {
    throw new CodedError(
      'NB_CONFIG',
      `${config.rules} is not a valid rulebook; \`nextbest check\` tells why`,
    );
  }
  const overlay = rulebook.overlays.get(load.overlay);
  if (!overlay) {
    const known = [...rulebook.overlays.keys()].join(', ') || 'none';
    throw new CodedError(
      'NB_UNKNOWN_OVERLAY',
      `no overlay "${load.overlay}" in ${config.rules}; known are ${known}`,
    );
  }
  const storage = await openStorage(config, tell);
  const node = openNode(config, storage, { rulebook: () => rulebook, learns: false, observer });
  try {
    const summary = await run({
      overlay: overlay.name,
      kind: overlay.join.kind === 'key' ? 'table' : 'customer',
      send: (rows) => node.overlays.load({ ...load, rows }),
    });
    await node.settled();
    return summary;
  } finally {
    await node.stop();
    await storage.close();
  }
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

const ignore = () => undefined;
const observer: Observer = {
  applied: ignore,
  decided: ignore,
  conflicted: ignore,
  advanced: ignore,
  repaired: ignore,
  restarted: ignore,
  deadLettered: (_reason, cause) => tell(`a message could not be applied and was put aside (${cause})`),
  troubled: (what, error) =>
    tell(`${what} goes on by itself after: ${error instanceof Error ? error.message : String(error)}`),
};
