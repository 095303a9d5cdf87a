/** The data is not as the evaluation needs it; whoever called it can mend that, and need not see where it was noticed. */
export class DataFault extends Error {
  override readonly name = 'DataFault';
}
