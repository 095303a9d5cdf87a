/** Every bound of the engine in one place. Durations in milliseconds, sizes in bytes, the rest are counts. */

const second = 1_000;
const minute = 60 * second;
export const hour = 60 * minute;
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

  /**
   * Message ids of this age are remembered, at seven bytes a customer each; of the newest few regardless of age, and of
   * history as it is played in all up to the bound.
   */
  seenAgeMsMax: 48 * hour,
  seenAlways: 16,
  seenMax: 1_000,

  /** Customers whose consent is written ahead of the log at the same time. */
  consentWritesAtOnceMax: 32,
  /** An erased id is remembered, as a fingerprint, for this long after its erasure; what happened before stays away. */
  erasureMarkMs: 96 * hour,

  /** A decision that quiet hours put off is dropped after this long, unless they say else; and after the longest at any rate. */
  quietKeepMsDefault: 24 * hour,
  quietKeepMsMax: 30 * day,
  /** How far ahead the end of quiet hours is looked for. */
  quietLookAheadMs: 31 * day,

  /** Where it is not known when an answer changes by time, a customer's segments are judged anew after this long. */
  segmentRecheckMs: 1 * hour,
  /** Moments looked ahead for the next change of a segment; and by time alone, nobody is judged for nothing more often. */
  segmentLookAheadMax: 16,
  segmentIdleMsMin: 1 * minute,
  /** Days of sizes and values that are kept of every segment. */
  segmentDaysMax: 100,
  /** Customers whose segments are judged anew at once after a change of the definitions. */
  segmentSweepMax: 500,

  /** Customers that an off-policy estimate tells apart; further ones share groups, which widens no interval for nothing. */
  offPolicyGroupsMax: 1 << 18,

  /** How long a contact may teach where no outcome rule tells of its conversions, so that no window is declared. */
  learningWindowMsDefault: 30 * day,
  /** What is told of later than this after a learning window teaches nothing. */
  learningGraceMs: 1 * day,

  /** Trials of no action below which nothing is said of what happens without one. */
  noActionTrialsMin: 100,
  /** Trials of no action that one id keeps until they teach no more; of several the newest converts, so few are enough. */
  baselinesPerIdMax: 16,

  traitsMax: 256,
  consentsMax: 64,
  timersPerCustomerMax: 64,
  contactsPerCustomerMax: 1_000,
  /** Contacts of a session or a visit are remembered for this long. */
  visitMemoryMs: 48 * hour,
  sourcesPerCustomerMax: 50,
  /** Parted ids that one customer remembers. */
  splitsPerCustomerMax: 200,
  /** Sessions kept one by one; older ones are only counted. */
  sessionsMax: 32,
  /** Keys by which one feature tells its events apart; further ones count together. */
  featureKeysMax: 32,
  featureKeyLengthMax: 100,
  /** A number of an event beyond this is a mistake and no amount: sums stay finite whatever comes. */
  featureNumberMax: 1e18,
  /** Characters of a value that a window may hold many of. */
  windowValueLengthMax: 256,
  /** States of features that the book does not know (any more), kept for a rollback. */
  featuresForgottenMax: 64,
  /** Entries kept exactly in a rolling window before it turns to buckets of 1/64 of the window. */
  windowEntriesMax: 64,
  /** The same for a window declared `exact`. */
  windowEntriesExactMax: 4_096,
  /** Merges from a presented id to the surviving document; forwarding ascends, so this is only a seat belt. */
  forwardHopsMax: 64,

  placementsPerRequestMax: 16,
  treatmentsPerPlacementMax: 50,
  eventsPerRequestMax: 16,
  decideAttemptsMax: 24,
  /** A decision's record answers repeats of its request and explains itself for this long unless the settings say else. */
  decisionRecordMsDefault: 3 * day,

  /** Receipts of decisions are kept for this long unless the settings say else. */
  receiptMsDefault: 30 * day,
  /** Erased receipts that one entry of their chain names. */
  erasedReceiptsPerEntryMax: 2_000,

  batchMessagesMax: 200,
  /** Folding a batch may hold everything else up for so long; the next one is smaller if it did. */
  batchFoldMsMax: 10,
  /** A batch that is refused so often in a row for what others wrote meanwhile lets requests of its node pass. */
  precedenceRefusalsMax: 8,
  /** A partition that is behind its log and commits nothing for so long is taken up anew. */
  stalledMs: 5 * second,
  /** Entries of a partition's past by which a log that lost its end is recognised. */
  checkpointTrailMax: 16,
  /** One message of the log or of the decision stream; a server of NATS takes 1 MB with its headers. */
  messageBytesMax: 1_000_000,
  deadLetterMs: 30 * day,
  deadLetterReasonLengthMax: 1_000,
  /** Dead letters that one request lists. */
  deadLettersPerPageMax: 1_000,
  outboxBatchMax: 500,
  /**
   * Partitions whose outbox is sent on at a time; in the others more gathers for one go. Where the storage is in this
   * process, a turn is work, and few at a time are the fastest; over a network it mostly waits, and messages with it.
   */
  outboxDrainsMax: 4,
  outboxDrainsMaxRemote: 32,
  timersPerRoundMax: 500,
  documentCacheMax: 20_000,
  /** Of the encoded documents; decoded they take several times as much. */
  documentCacheBytesMax: 64 * 1024 * 1024,
  /** Versions of documents that a node knows for its own, the newest. One forgotten too early costs a few reads. */
  ownVersionsMax: 8_192,
  /** Requests under way that decide, and those that wait for their turn at one customer. */
  decidesMax: 4_000,
  decidesPerCustomerMax: 1_000,
  /** Requests in a row that the store let wait too long, after which a rulebook's degraded mode answers at once ... */
  storeFailuresMax: 5,
  /** ... until one request after this time finds it answering again. */
  storeRestMs: 1 * second,
  /** A process that was busy itself runs its timers before it reads the answers that are there already. */
  storeGraceMs: 20,
  /** Messages that an embedded log may be ahead of what is applied before events are refused. */
  backlogMessagesMax: 200_000,
  /** A node looks three times as often, so that a partition whose node died is worked on again within three seconds. */
  leaseMs: 2 * second,
  /** What a partition sets aside of a budget at once, in contacts or in units of the currency. */
  budgetGrantMax: 1_000,
  /**
   * What lay idle in a partition from one look to the next goes back to its budget, and a ledger that had nothing is asked
   * again.
   */
  budgetLookMs: 3 * second,

  /** Lessons and bytes of one document of a partition's journal. */
  lessonsPerDocumentMax: 256,
  lessonDocumentBytesMax: 256 * 1024,
  /** The learner looks for new lessons so often ... */
  learnerLookMs: 1 * second,
  /** ... takes in so many at once, and so many of them between two breaths ... */
  lessonsPerRoundMax: 10_000,
  lessonsAtOnceMax: 100,
  /** ... solves models anew for at most this long in a round, one at a time, with as long a rest behind each ... */
  refreshMsMax: 200,
  /** ... and stores what it learned no more often than this. */
  learnerStoreMs: 2 * second,
  /** Lessons are kept until what they taught was stored for so long: a store that forgets its last seconds learns them again. */
  learnerSlackMs: 10 * second,
  /** What one commit of the learner holds beside the last document that was put into it. */
  learnerCommitBytesMax: 1024 * 1024,
  /** Rows that are read from a store at once. */
  rowsPerLoadMax: 100,
  /** Treatments that have models, in each code. */
  learnedModelsMax: 2_000,
  /** Models that the learner keeps in memory, at some 130 KB each, beside those that learned since it stored them. */
  modelsInMemoryMax: 500,
  /** Contexts from which a code is made. */
  codeSamplesMin: 300,
  /** A new code takes over when it is ahead over so many outcomes, as many of them conversions as this. */
  codeTrialsMin: 1_000,
  codePositivesMin: 50,
  /** Rows go to the logs of the partitions no more often than this, ... */
  publishRowsMs: 30 * second,
  /** ... each when this share of its evidence is new, or after this long if any of it is, ... */
  publishRowsShare: 0.05,
  publishRowMsMax: 1 * hour,
  /** ... in messages of at most this size, and so many bytes a second over all partitions and a long time. */
  rowMessageBytesMax: 256 * 1024,
  publishRowsBytesPerSecond: 64 * 1024,

  attributesPerOverlayMax: 64,
  attributeLengthMax: 1_000,
  tableRowsMax: 1_000_000,
  tableCharactersMax: 128 * 1024 * 1024,
  /** A table is kept in pieces of at most this size. */
  tableChunkBytesMax: 512 * 1024,
  /** Versions of a table that are kept: the one in force, and those before it for the log that is read again. */
  tableVersionsMax: 5,
  /** Rows of a loaded file that are named with the reason why they were refused; all are counted. */
  rejectionsTold: 1_000,
  overlayRowsPerAppend: 500,

  /** A service is waited for no longer than this, whatever its overlay says ... */
  enrichmentWaitMsMax: 500,
  /** ... and asked for no longer than this: what comes late is taken in all the same. */
  enrichmentMsMax: 5 * second,
  /** Questions under way at once, an overlay. */
  enrichmentsMax: 64,
  enrichmentBytesMax: 64 * 1024,
  /** Answers remembered until the log has brought them, and customers of whom a service knew nothing. */
  enrichmentMemoryMax: 20_000,
  enrichmentMemoryMs: 1 * minute,
  /** A question that failed is not asked again before this. */
  enrichmentRetryMs: 5 * second,
  /** Failures in a row after which a service is left alone for a while. */
  enrichmentFailuresMax: 5,
  enrichmentRestMs: 10 * second,

  ruleFileBytesMax: 10 * 1024 * 1024,
  ruleFilesMax: 2_000,
  ruleBookBytesMax: 256 * 1024 * 1024,
  actionsMax: 100_000,
  conditionDepthMax: 16,
  /** Characters, levels and parts of an expression such as the value of an action. */
  expressionLengthMax: 1_000,
  expressionDepthMax: 32,
  expressionNodesMax: 200,
  /** Levers and context weights are percentage points: at most a hundred times as much. */
  pointsMax: 10_000,
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
  /** Facts that models look at; each of them costs a few numbers a treatment. */
  predictorsMax: 24,
  /** Options times ranks whose odds one placement's record holds; ranks beyond are not told. */
  oddsMax: 1_000,
  diagnosticsMax: 200,
  /** Comparisons looked at to find out whether conditions exclude or imply each other. */
  conditionSearchMax: 4_000,
  /** The same to find out which facts would have to be others for a condition to hold. */
  factRepairTestsMax: 2_000,
  /** What stands in an action's way one behind the other, and what is tried against each. */
  barriersMax: 12,
  remediesPerBarrierMax: 8,
  /** Decisions made again to explain one action, and to explain one decision. */
  reexecutionsPerActionMax: 64,
  reexecutionsMax: 2_000,
  /** Moments looked at for the next one at which a condition holds by itself. */
  openingsLookedAtMax: 32,

  /** Published rulebooks that are kept to go back to. */
  rulebookHistoryMax: 20,
  /** Rules folders of which it is remembered what they held; one a server, the latest ones. */
  ruleFoldersMax: 64,
  /** Rulebooks a node keeps compiled: the one in force and the one before it, so that a rollback is at once. */
  rulebooksCompiledMax: 2,
  authorLengthMax: 200,
  noteLengthMax: 1_000,
} as const;
