// SPDX-License-Identifier: Apache-2.0
// node browser.cjs URL PROFILE: opens a player's page and prints what its video shows, once its
// time has moved by a second: {"width", "height", "first", "last"}.
const { chromium } = require("playwright-core");

async function main(url, profile) {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: "domcontentloaded", timeout: 30000 });
    const playing = (after) => {
      const video = document.querySelector("video");
      if (!video || !video.videoWidth || video.currentTime <= after) return null;
      return { width: video.videoWidth, height: video.videoHeight, time: video.currentTime };
    };
    const first = await (await page.waitForFunction(playing, 0, { timeout: 45000, polling: 50 })).jsonValue();
    const last = await (await page.waitForFunction(playing, first.time + 1, { timeout: 30000, polling: 50 })).jsonValue();
    console.log(JSON.stringify({ width: last.width, height: last.height, first: first.time, last: last.time }));
  } finally {
    await browser.close();
  }
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
