/** Bounds of this adapter alone; those of the engine are in `engine/limits.ts`. Durations in ms, sizes in bytes. */
export const httpLimits = {
  /** A whole request must have arrived by then; ends a body that drips. */
  requestMsMax: 30_000,
  headersMsMax: 15_000,
  headerBytesMax: 16 * 1024,
  /** Longer than the idle time of common load balancers, so that they and not we close a kept connection. */
  keepAliveMs: 72_000,
  /** Three times an id: each of its characters may arrive percent-encoded. */
  pathParameterLengthMax: 1_024,
  /** Entries of an array directly below the body of a request that is no batch. */
  arrayLengthMax: 256,

  /** Rows of an overlay, unpacked; and one of them. */
  overlayBytesMax: 256 * 1024 * 1024,
  overlayLineLengthMax: 128 * 1024,

  /** One batch of decide requests; what it holds is read in at once, so that whoever sends it need not read meanwhile. */
  batchBytesMax: 16 * 1024 * 1024,
  batchLinesMax: 100_000,
  batchLineBytesMax: 128 * 1024,
  /** Lines of a batch that are decided on at once, and batches. */
  batchAtOnce: 32,
  batchesMax: 4,

  /** Requests with a body that are under way at once, and the bytes of their bodies; a body of unknown length counts in full. */
  requestsMax: 4_000,
  requestBytesMax: 64 * 1024 * 1024,

  streamClientsMax: 1_000,
  streamQueueBytesMax: 256 * 1024,
  /** A client that has not drained its full queue by then is cut off. */
  streamStallMs: 15_000,
  streamRetryMs: 3_000,
  streamPingMs: 15_000,
  streamReadMax: 100,
  streamReadWaitMs: 5_000,
  /** What a client that was told to go may take to hear it. */
  streamFarewellMs: 1_000,

  /** Requests still running by then are cut when the server closes. */
  closeMsMax: 8_000,
  closeIdleEveryMs: 100,
  retryAfterSeconds: 1,
} as const;
