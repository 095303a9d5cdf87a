/** The registry of coded errors: the world failed, or was used wrongly. `retryable` says whether the same call may succeed later. */
export const errorCodes = {
  NB_INVALID_INPUT: { retryable: false, status: 400, title: 'The request is not valid' },
  NB_EVENT_TOO_LARGE: { retryable: false, status: 413, title: 'The event or batch is too large' },
  NB_MESSAGE_TOO_LARGE: { retryable: false, status: 413, title: 'The message is too large for its stream' },
  NB_EVENT_TIME: { retryable: false, status: 422, title: 'The event time is out of range' },
  NB_UNKNOWN_PLACEMENT: { retryable: false, status: 422, title: 'The placement is not in the rulebook' },
  NB_UNKNOWN_DECISION: { retryable: false, status: 404, title: 'No such decision' },
  NB_UNKNOWN_CUSTOMER: { retryable: false, status: 404, title: 'No such customer' },
  NB_MERGE_REFUSED: { retryable: false, status: 409, title: 'The customers are not merged' },
  NB_UNMERGE_REFUSED: { retryable: false, status: 409, title: 'The id is not taken out' },
  NB_UNKNOWN_TREATMENT: { retryable: false, status: 422, title: 'The decision holds no such treatment' },
  NB_UNKNOWN_RULEBOOK: { retryable: false, status: 404, title: 'No such rulebook in the history' },
  NB_UNKNOWN_OVERLAY: { retryable: false, status: 404, title: 'No such overlay in the rulebook' },
  NB_BROKEN_RULEBOOK: { retryable: false, status: 422, title: 'The rulebook is not valid on this server' },
  NB_NO_RULEBOOK: { retryable: true, status: 503, title: 'No valid rulebook is loaded yet' },
  NB_STORE_UNAVAILABLE: { retryable: true, status: 503, title: 'The state store does not answer' },
  NB_LOG_UNAVAILABLE: { retryable: true, status: 503, title: 'The log does not answer' },
  NB_CONTENTION: { retryable: true, status: 503, title: 'Too many changes of the same thing at once' },
  NB_OVERLOADED: { retryable: true, status: 503, title: 'The server sheds load' },
  NB_STREAM_REWOUND: {
    retryable: false,
    status: 500,
    title: 'The log lost entries that were applied already',
  },
  NB_LAYOUT_MISMATCH: { retryable: false, status: 500, title: 'The data was created with another layout' },
  NB_DATA_IN_USE: { retryable: false, status: 500, title: 'Another process uses the data directory' },
  NB_CONFIG: { retryable: false, status: 500, title: 'The configuration is not valid' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** One place in the input that is wrong. */
export interface InputFault {
  /** JSON pointer into the body, e.g. `/batch/3/timestamp`. */
  readonly pointer: string;
  /** What was found and what was expected. */
  readonly detail: string;
}

export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly faults: readonly InputFault[];

  constructor(
    code: ErrorCode,
    detail: string,
    options: { cause?: unknown; faults?: readonly InputFault[] } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = errorCodes[code].retryable;
    this.faults = options.faults ?? [];
  }
}
