import { CodedError, type Rulebook } from '../../../engine/index.ts';
import { compileTexts } from '../../rule-files/load-rulebook.ts';
import { openLibraries } from '../../wiring/libraries.ts';
import type { Storage } from '../../wiring/open-storage.ts';
import { openRulebook, rulesFolder } from './open-rulebook.ts';

/** The rulebook of a named folder, else the one that is in force, else the one of the settings' folder. */
export async function rulebookInForce(
  storage: Pick<Storage, 'rulebooks'>,
  folder: string | undefined,
): Promise<Rulebook> {
  const published = folder === undefined ? await publishedBook(storage) : undefined;
  if (published) return published;
  const place = rulesFolder(folder);
  const { rulebook } = await openRulebook(place);
  if (rulebook) return rulebook;
  throw new CodedError('NB_CONFIG', `${place} is not a valid rulebook; \`nextbest check\` tells why`);
}

async function publishedBook({ rulebooks }: Pick<Storage, 'rulebooks'>): Promise<Rulebook | undefined> {
  const version = (await rulebooks.read()).history.inForce?.version;
  const files = version === undefined ? undefined : await rulebooks.texts(version);
  if (version === undefined || files === undefined) return undefined;
  const { rulebook } = compileTexts({ version, files, libraries: openLibraries() });
  if (rulebook) return rulebook;
  const detail = `rulebook ${version} is in force but not valid in this version of nextbest; name a folder with --rules`;
  throw new CodedError('NB_BROKEN_RULEBOOK', detail);
}
