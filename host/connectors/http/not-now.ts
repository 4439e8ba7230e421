/** What was sent cannot be said to be on disk now; the sender has to keep it and send it again. */
export class NotNow extends Error {
  readonly why: 'tooMany' | 'waiting';

  constructor(why: NotNow['why'], text: string) {
    super(text);
    this.why = why;
  }
}
