import { openForm } from './ask.js';
import { followDecisions } from './live.js';
import { followStatus } from './status.js';

openForm();
followStatus();
followDecisions();
