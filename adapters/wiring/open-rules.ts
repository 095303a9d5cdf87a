import { hostname } from 'node:os';
import { resolve } from 'node:path';
import {
  countRulebook,
  type Diagnostic,
  limits,
  type Rulebook,
  RulebookKeeper,
  type RulebookOperations,
} from '../../engine/index.ts';
import type { Libraries } from '../../engine/ports.ts';
import type { RejectedChange, RulebookStatus } from '../http/http-options.ts';
import type { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import { compileTextsInSlices } from '../rule-files/load-rulebook.ts';
import { ParsedTexts } from '../rule-files/parsed-texts.ts';
import { printDiagnostics, wantsColor } from '../rule-files/print-diagnostics.ts';
import { openRulebookSource } from '../rule-files/rulebook-source.ts';
import type { Config } from '../system/config.ts';
import type { NodeLog } from './open-node.ts';
import type { Storage } from './open-storage.ts';
import { keptOutLine, loadedLine, noRulebookLine } from './rulebook-lines.ts';
import { sparingly } from './sparingly.ts';

/** The rulebook by which a node decides. */
export interface Rules {
  readonly current: () => Rulebook | undefined;
  readonly status: () => RulebookStatus;
  readonly operations: RulebookOperations;
  readonly close: () => Promise<void>;
}

export interface RulesOptions {
  readonly config: Pick<Config, 'rules' | 'storage' | 'author'>;
  readonly storage: Pick<Storage, 'rulebooks' | 'clock' | 'timing'>;
  readonly libraries: Libraries;
  readonly metrics: Pick<MetricsRecorder, 'rulebookLoaded' | 'rulebookRejected'>;
  readonly log: NodeLog;
  /** Takes a line for whoever started the program. */
  readonly print: (line: string) => void;
}

/**
 * Opens the rules folder and the archive: what changes in the folder is published, and what is in force is followed. A
 * good change is live at once, on every node; a broken one is told and changes nothing.
 */
export async function openRules(options: RulesOptions): Promise<Rules> {
  const { config, storage, libraries, print } = options;
  const news = new RulebookNews(options);
  const warn = sparingly((text: string, error: unknown) => options.log.warn(text, error), storage.clock.now);
  const parsedTexts = new ParsedTexts();
  const keeper = new RulebookKeeper({
    archive: storage.rulebooks,
    clock: storage.clock,
    timing: storage.timing,
    compile: (version, files) => compileTextsInSlices({ version, files, libraries, parsedTexts }),
    observer: {
      loaded: ({ rulebook, inForce }) => {
        news.loaded(rulebook);
        print(loadedLine(rulebook, inForce));
      },
      refused: ({ version, diagnostics }) => news.refused(version, diagnostics),
      judged: (version, verdict) => {
        const line = keptOutLine({ folder: config.rules, version, verdict });
        if (line !== undefined) print(line);
      },
      troubled: (what, error) => warn(what, `${what}: it goes on by itself`, error),
    },
  });
  const author = config.author?.slice(0, limits.authorLengthMax);
  const folder = { origin: originOf(config), ...(author !== undefined && { author }) };
  const source = await openRulebookSource({
    folder: config.rules,
    libraries,
    onRulebook: (rulebook, files) => {
      const { version } = rulebook;
      keeper.offer({ ...folder, version, counts: countRulebook(rulebook), rulebook, files });
    },
    onRejected: (diagnostics) => news.folderRejected(diagnostics, keeper.current()?.rulebook),
  });
  const close = async () => {
    await source.close();
    await keeper.close();
  };
  await keeper.start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  if (keeper.current() === undefined) print(noRulebookLine(config.rules));
  return {
    current: () => keeper.current()?.rulebook,
    status: () => {
      const inForce = keeper.current()?.inForce;
      const isFolderBroken = source.lastRejection() !== undefined;
      const isRefused = keeper.refused() !== undefined;
      return { ...news.status({ isFolderBroken, isRefused }), ...(inForce !== undefined && { inForce }) };
    },
    operations: keeper,
    close,
  };
}

/**
 * The name under which it is remembered what a folder held. An embedded store has one server, so its folder is known
 * wherever it is moved; several servers are told apart by their machines.
 */
function originOf({ storage, rules }: RulesOptions['config']): string {
  return storage.kind === 'redis' ? `${hostname()}:${resolve(rules)}` : 'the server';
}

/** What was last heard of the rulebook and the folder. */
class RulebookNews {
  readonly #options: RulesOptions;
  #loadedAt: number | undefined;
  #folder: RejectedChange | undefined;
  #refused: RejectedChange | undefined;

  constructor(options: RulesOptions) {
    this.#options = options;
  }

  loaded({ version }: Rulebook): void {
    this.#loadedAt = this.#now;
    this.#options.metrics.rulebookLoaded(version);
  }

  folderRejected(diagnostics: readonly Diagnostic[], current: Rulebook | undefined): void {
    this.#folder = { at: this.#now, diagnostics };
    this.#options.metrics.rulebookRejected();
    const rest = current === undefined ? '' : '; the last good rulebook stays in force';
    this.#options.print(`The rule files were not taken over${rest}:`);
    this.#printDiagnostics(diagnostics, this.#options.config.rules);
  }

  refused(version: string, diagnostics: readonly Diagnostic[]): void {
    this.#refused = { at: this.#now, diagnostics };
    this.#options.metrics.rulebookRejected();
    this.#options.print(
      `Rulebook ${version} is in force but not valid on this server, which goes on with the last good one:`,
    );
    this.#printDiagnostics(diagnostics, `rulebook ${version}`);
  }

  /** What is wrong with the folder comes first: that is what somebody works on. */
  status(now: { readonly isFolderBroken: boolean; readonly isRefused: boolean }): RulebookStatus {
    const rejected = now.isFolderBroken ? this.#folder : now.isRefused ? this.#refused : undefined;
    return {
      ...(this.#loadedAt !== undefined && { loadedAt: this.#loadedAt }),
      ...(rejected !== undefined && { rejected }),
    };
  }

  #printDiagnostics(diagnostics: readonly Diagnostic[], folder: string): void {
    const color = wantsColor(process.stdout, process.env);
    this.#options.print(printDiagnostics(diagnostics, { folder, color }).trimEnd());
  }

  get #now(): number {
    return this.#options.storage.clock.now();
  }
}
