// Starts every player of the page. Without this file the plain links below the picture stay as they are.

import { Player } from "./player.js";

for (const root of document.querySelectorAll("[data-player]")) {
  if (!root.player) root.player = new Player(root);
}
