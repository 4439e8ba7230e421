import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Texts are dragged too, and are no concern of this. */
const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;

/** A file that is dropped anywhere on the page: beside a field the browser would open it, and the page be gone. */
export class FileDrop implements ReactiveController {
  /** A file is held over the page. */
  isOver = false;
  readonly #host: ReactiveControllerHost;
  readonly #take: (file: File) => void;
  readonly #drags = [
    ['dragover', (event: DragEvent) => this.#over(event)],
    ['dragleave', (event: DragEvent) => this.#leave(event)],
    ['drop', (event: DragEvent) => this.#drop(event)],
  ] as const;

  constructor(host: ReactiveControllerHost, take: (file: File) => void) {
    this.#host = host;
    this.#take = take;
    host.addController(this);
  }

  hostConnected(): void {
    for (const [type, take] of this.#drags) addEventListener(type, take);
  }

  hostDisconnected(): void {
    for (const [type, take] of this.#drags) removeEventListener(type, take);
  }

  #over(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#turn(true);
  }

  /** It leaves one element after the other; only the last of them is in nothing. */
  #leave(event: DragEvent): void {
    if (event.relatedTarget === null) this.#turn(false);
  }

  #drop(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#turn(false);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) this.#take(file);
  }

  #turn(isOver: boolean): void {
    if (isOver === this.isOver) return;
    this.isOver = isOver;
    this.#host.requestUpdate();
  }
}
