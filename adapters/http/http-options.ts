import type { FastifyBaseLogger } from 'fastify';
import type {
  Application,
  DeadLetterOperations,
  OverlayOperations,
  RulebookInForce,
  RulebookOperations,
} from '../../engine/index.ts';
import type { Clock, DecisionStream, Ids } from '../../engine/ports.ts';
import type { AdmissionBounds } from './admission.ts';

/** What the HTTP adapter is given. It knows no other adapter: whatever fits these shapes will do. */
export interface HttpOptions {
  readonly application: Application;
  readonly decisionStream: DecisionStream;
  readonly rulebookStatus: () => RulebookStatus;
  readonly rulebooks: RulebookOperations;
  readonly deadLetters: DeadLetterOperations;
  readonly overlays: OverlayOperations;
  /** Asked by `/readyz`; every check must be ok. */
  readonly readiness: () => Promise<readonly ReadinessCheck[]>;
  readonly metrics: HttpMetrics;
  readonly clock: Clock;
  readonly ids: Ids;
  /** SHA-256 of the text in UTF-8, in lower-case hex. */
  readonly sha256: (text: string) => string;
  /** Version of the program, for the API description. */
  readonly version: string;
  /** Folder of the first page: index.html and what it loads. */
  readonly consolePage: string;
  readonly logger?: FastifyBaseLogger;
  /** Tighter bounds than `httpLimits`. */
  readonly stream?: Partial<StreamLimits>;
  readonly admission?: AdmissionBounds;
}

export interface StreamLimits {
  readonly clientsMax: number;
  readonly queueBytesMax: number;
  readonly stallMs: number;
  readonly pingMs: number;
}

/** How the rule files stand beside the rulebook in force. */
export interface RulebookStatus {
  /** Epoch ms at which this node took over the rulebook by which it decides. */
  readonly loadedAt?: number;
  /** How that rulebook came into force. */
  readonly inForce?: RulebookInForce;
  /** The newest change, if it was refused; absent once a good one followed. */
  readonly rejected?: RejectedChange;
}

export interface RejectedChange {
  /** Epoch ms. */
  readonly at: number;
  readonly diagnostics: readonly RuleDiagnostic[];
}

export interface RuleDiagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** Where this adapter counts. */
export interface HttpMetrics {
  eventsReceived(source: string, result: 'accepted' | 'rejected' | 'failed', count: number): void;
  ingestTook(seconds: number): void;
  decided(placement: string, result: 'treated' | 'fallback' | 'empty' | 'failed' | 'degraded'): void;
  decideTook(seconds: number, result: 'answered' | 'failed'): void;
  outcomeReceived(outcome: string): void;
  streamClients(count: number): void;
  /** Counts of this process since its start, whichever way they came. */
  activity(): Activity;
  page(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface Activity {
  readonly events: Rate;
  readonly decisions: Rate;
  readonly outcomes: Rate;
}

export interface Rate {
  readonly total: number;
  /** Over the last minute, or since the start when that is shorter. */
  readonly perSecond: number;
}
