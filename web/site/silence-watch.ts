/** The host gives a sign of life each 15 s; a stream without one for so long is dead, and nobody told. */
const silenceMs = 40_000;
const lookMs = 5000;

/** Finds a stream that has fallen silent: of a phone in another WiFi, of a laptop that slept while the host ended it. */
export class SilenceWatch {
  #looks: ReturnType<typeof setInterval> | undefined;
  #heardMs = 0;

  /** @param isOpen whether anything is to be heard now */
  start(isOpen: () => boolean, onSilent: () => void): void {
    this.stop();
    this.heard();
    this.#looks = setInterval(() => {
      if (!isOpen() || Date.now() - this.#heardMs <= silenceMs) return;
      this.heard();
      onSilent();
    }, lookMs);
  }

  /** That it was opened, too. */
  heard(): void {
    this.#heardMs = Date.now();
  }

  stop(): void {
    clearInterval(this.#looks);
  }
}
