/** What the tests use of jstat, an independent implementation of the functions of statistics. */
declare module 'jstat' {
  interface Distribution {
    cdf(value: number, ...parameters: number[]): number;
    inv(share: number, ...parameters: number[]): number;
  }
  export const jStat: {
    gammaln(value: number): number;
    readonly beta: Distribution;
    readonly chisquare: Distribution;
    readonly normal: Distribution;
    readonly studentt: Distribution;
  };
}
