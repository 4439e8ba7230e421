import { html, type TemplateResult } from 'lit';
import { chooseTheme, theme, themes } from '../frame/theme.ts';
import { chooseLanguage, drawAnew, language, languageIds, languageNames, words } from '../i18n/language.ts';
import { choiceField } from '../parts/choice-field.ts';

/** How the page looks to a person on this device: its language and its appearance. */
export function ownChoices(): TemplateResult {
  const { settings } = words();
  return html`${choiceField(
    'language',
    settings.language,
    language(),
    languageIds.map(id => [id, languageNames[id]]),
    select => void speak(select),
  )}
  ${choiceField(
    'theme',
    settings.theme,
    theme(),
    themes.map(id => [id, settings[id]]),
    select => {
      chooseTheme(select.value);
      drawAnew();
    },
  )}`;
}

async function speak(select: HTMLSelectElement): Promise<void> {
  try {
    await chooseLanguage(select.value);
  } catch {
    // The host did not give its words: what is spoken stays, and the list shows it again.
    select.value = language();
  }
}
