import { startShell } from './frame/shell.ts';
import { startTheme } from './frame/theme.ts';
import { startLanguage } from './i18n/language.ts';
import { startEnergyUnit } from './settings/energy-choice.ts';
import './tokens.css';
import './frame/jg-app.ts';

const againMs = 3000;

/** Draws the page once its words are there; where the host went away in between, as soon as they come. */
async function start(): Promise<void> {
  try {
    await startLanguage();
  } catch (error) {
    // There are no words yet in which the page could say it.
    console.warn('The language could not be loaded; it is tried again.', error);
    setTimeout(() => void start(), againMs);
    return;
  }
  document.body.prepend(document.createElement('jg-app'));
}

startTheme();
startEnergyUnit();
void start();
startShell();
