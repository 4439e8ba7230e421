import { isLocale } from '../i18n/language.ts';

// uPlot formats numbers by the browser's locale as soon as it is loaded, and fails with one that is none.
if (!isLocale(navigator.language))
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
