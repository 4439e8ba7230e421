import { startTheme } from '../frame/theme.ts';
import { startLanguage } from '../i18n/language.ts';
import '../tokens.css';
import './jg-lab.ts';

startTheme();
await startLanguage();
document.body.prepend(document.createElement('jg-lab'));
