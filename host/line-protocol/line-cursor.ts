/** Steps over the text of a body; knows where it stands. */
export class LineCursor {
  readonly text: string;
  at = 0;
  line = 1;
  #lineAt = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Of the character that comes next, from 1. */
  get column(): number {
    return this.at - this.#lineAt + 1;
  }

  /** The next character; empty at the end. */
  peek(): string {
    return this.text[this.at] ?? '';
  }

  /** Whether the line ends here, CR or not. */
  get isAtLineEnd(): boolean {
    return this.isAtEnd || this.peek() === '\n' || (this.peek() === '\r' && this.text[this.at + 1] === '\n');
  }

  /** One character on, also into the next line. */
  step(): void {
    if (this.peek() === '\n') {
      this.line++;
      this.#lineAt = this.at + 1;
    }
    this.at++;
  }

  skipBlanks(): void {
    while (this.peek() === ' ') this.at++;
  }

  /** Behind the end of this line. */
  skipLine(): void {
    const end = this.text.indexOf('\n', this.at);
    if (end < 0) this.at = this.text.length;
    else {
      this.at = end;
      this.step();
    }
  }

  /** A name up to one of these or the end of the line. A backslash is taken away before what it may be put before, and is itself else. */
  name(ends: string, escapable = ',= '): string {
    let name = '';
    let fromAt = this.at;
    while (!this.isAtLineEnd && !ends.includes(this.peek())) {
      const escaped = this.text[this.at + 1] ?? '';
      if (this.peek() === '\\' && escaped !== '' && escapable.includes(escaped)) {
        name += this.text.slice(fromAt, this.at);
        fromAt = ++this.at;
      }
      this.at++;
    }
    return name + this.text.slice(fromAt, this.at);
  }
}
