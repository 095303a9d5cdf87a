/** Every bound of the engine in one place. Durations in milliseconds, sizes in bytes, the rest are counts. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
export const day = 24 * hour;

export const limits = {
  /** Partitions of a new deployment; fixed at creation and kept with the data. */
  partitionsDefault: 64,
  partitionsMax: 1_024,

  eventBytesMax: 32 * 1024,
  batchBytesMax: 500 * 1024,
  batchEventsMax: 2_500,
  jsonDepthMax: 32,
  jsonKeysMax: 256,
  idLengthMax: 256,
  eventNameLengthMax: 200,

  /** An event further ahead of the server's clock than this is refused. */
  eventAheadMsMax: 5 * minute,
  /** An event older than this is refused: no window reaches so far, and a wrong unit is the likelier cause. */
  eventAgeMsMax: 5 * 365 * day,
  /** An event that arrives later than this still counts in every window, but starts no trigger. */
  triggerLatenessMsMax: 1 * hour,

  /** Message ids of this age are remembered; of the newest few regardless of age. */
  seenAgeMsMax: 48 * hour,
  seenAlways: 64,
  seenMax: 1_000,

  traitsMax: 256,
  consentsMax: 64,
  timersPerCustomerMax: 64,
  contactsPerCustomerMax: 1_000,
  sourcesPerCustomerMax: 50,
  /** Entries kept exactly in a rolling window before it turns to buckets of 1/64 of the window. */
  windowEntriesMax: 64,
  /** The same for a window declared `exact`. */
  windowEntriesExactMax: 4_096,
  /** Merges from a presented id to the surviving document; forwarding descends, so this is only a seat belt. */
  forwardHopsMax: 64,

  placementsPerRequestMax: 16,
  treatmentsPerPlacementMax: 50,
  eventsPerRequestMax: 16,
  decideAttemptsMax: 24,
  /** A decision's record answers repeats of its request and explains itself for this long. */
  decisionRecordMs: 30 * day,

  batchMessagesMax: 200,
  outboxBatchMax: 500,
  timersPerRoundMax: 500,
  documentCacheMax: 20_000,
  leaseMs: 3 * second,
  budgetGrantMax: 1_000,

  ruleFileBytesMax: 10 * 1024 * 1024,
  ruleFilesMax: 2_000,
  ruleBookBytesMax: 256 * 1024 * 1024,
  actionsMax: 100_000,
  conditionDepthMax: 16,
  listLengthMax: 10_000,
  diagnosticsMax: 200,
} as const;
