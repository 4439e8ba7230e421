const lowestHz = 220;
const octaves = 2;
const slowestMs = 1100;
const quickestMs = 160;
const beepS = 0.08;
const volume = 0.15;

/** Beeps that get higher and quicker the better a head sits, for hands and eyes that are busy. */
export class AimTone {
  /** 0 (nothing is heard) to 1. */
  share = 0;
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Must be called by a press of a button: browsers are silent otherwise. */
  start(): void {
    this.#context ??= new AudioContext();
    void this.#context.resume();
    this.#beep();
  }

  stop(): void {
    clearTimeout(this.#timer);
    void this.#context?.close();
    this.#context = null;
  }

  #beep(): void {
    const context = this.#context;
    if (context === null) return;
    if (this.share > 0) {
      const [tone, gain] = [context.createOscillator(), context.createGain()];
      tone.frequency.value = lowestHz * 2 ** (octaves * this.share);
      gain.gain.setValueAtTime(volume, context.currentTime);
      gain.gain.linearRampToValueAtTime(0, context.currentTime + beepS);
      tone.connect(gain).connect(context.destination);
      tone.start();
      tone.stop(context.currentTime + beepS);
    }
    this.#timer = setTimeout(() => this.#beep(), slowestMs - (slowestMs - quickestMs) * this.share);
  }
}
