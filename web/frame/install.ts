/** Chromium's way to let a page offer its installation; other browsers have it in their menu alone. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

const isInstallPrompt = (event: Event): event is InstallPrompt => 'prompt' in event;

let offered: InstallPrompt | null = null;
const changes = new EventTarget();

const become = (prompt: InstallPrompt | null) => {
  offered = prompt;
  changes.dispatchEvent(new Event('change'));
};

addEventListener('beforeinstallprompt', event => {
  if (!isInstallPrompt(event)) return;
  // Not now: it is offered in the settings.
  event.preventDefault();
  become(event);
});
addEventListener('appinstalled', () => become(null));

/** Installing the page as an app. */
export const install = Object.freeze({
  /** Whether the browser would do it. */
  get canBe(): boolean {
    return offered !== null;
  },
  /** Lets the browser ask the person; it can be asked once. */
  async ask(): Promise<void> {
    const prompt = offered;
    become(null);
    await prompt?.prompt();
  },
});

/** Calls back when `install.canBe` changes, until the function given back is called. */
export function onInstallable(listener: () => void): () => void {
  changes.addEventListener('change', listener);
  return () => changes.removeEventListener('change', listener);
}
