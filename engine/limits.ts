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
  /** Comparisons that shared conditions and segments bring into one condition, counted at every use. */
  borrowedComparisonsMax: 10_000,
  /** Conjunctions of one condition in the index; a condition that needs more is carried out as it stands. */
  conjunctionsPerConditionMax: 64,
  /** Memory for one fact's rows in an index: as much as stays in a near cache, or a few rows where those are long ... */
  indexFactBytesMax: 128 * 1024,
  indexFactRowsMin: 64,
  /** ... but no more than this for all facts together; and as much again for the literals of all conjunctions. */
  indexBytesMax: 256 * 1024 * 1024,
  /** Cells of the grid that finds a number's place; where a fact has more numbers, several share a cell. */
  indexFactCellsMax: 64 * 1024,
  listLengthMax: 10_000,
  diagnosticsMax: 200,
  /** Comparisons looked at to find out whether conditions exclude or imply each other. */
  conditionSearchMax: 4_000,

  /** Published rulebooks that are kept to go back to. */
  rulebookHistoryMax: 20,
  /** Rules folders of which it is remembered what they held; one a server, the latest ones. */
  ruleFoldersMax: 64,
  /** Rulebooks a node keeps compiled: the one in force and the one before it, so that a rollback is at once. */
  rulebooksCompiledMax: 2,
  authorLengthMax: 200,
  noteLengthMax: 1_000,
} as const;
