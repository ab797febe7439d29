// Loads each page in headless Chromium and fails on a request, a console message, a script or an
// accessibility violation, in light, in dark and on a narrow screen; leaves a screenshot a page.
// browser.js MODULES CHROMIUM OUTPUT PAGE...
"use strict";
const path = require("path");
const fs = require("fs");
const [modules, chromium, output, ...pages] = process.argv.slice(2);
const playwright = require(path.join(modules, "playwright-core"));
const axe = fs.readFileSync(path.join(modules, "axe-core", "axe.min.js"), "utf8");

const VIEWS = [
	{ name: "light", colorScheme: "light", viewport: { width: 1200, height: 900 } },
	{ name: "dark", colorScheme: "dark", viewport: { width: 1200, height: 900 } },
	{ name: "narrow", colorScheme: "light", viewport: { width: 380, height: 800 } },
];
let failures = 0, checks = 0;

function check(ok, what) {
	checks++;
	if (ok) return;
	failures++;
	console.log("FAIL " + what);
}

async function view(browser, file, options) {
	const name = path.basename(file, ".html") + " " + options.name;
	const url = "file://" + path.resolve(file);
	const context = await browser.newContext({ ...options, offline: true });
	const page = await context.newPage();
	const requests = [], messages = [];
	page.on("request", (r) => r.url() === url || requests.push(r.url()));
	page.on("console", (m) => messages.push(m.text()));
	page.on("pageerror", (e) => messages.push(String(e)));
	await page.goto(url);
	const seen = await page.evaluate(() => ({
		scripts: document.scripts.length,
		loads: document.querySelectorAll("[src],[srcset],link,iframe,object,embed,form,base").length,
		handlers: [...document.querySelectorAll("*")].filter((e) =>
			[...e.attributes].some((a) => a.name.startsWith("on") || a.name === "style")).length,
		outside: [...document.querySelectorAll("[href]")].filter((e) =>
			!e.getAttribute("href").startsWith("#")).length,
		dangling: [...document.querySelectorAll("[href]")].filter((e) =>
			!document.getElementById(e.getAttribute("href").slice(1))).length,
		ran: typeof window.pwned,
		wide: document.documentElement.scrollWidth > window.innerWidth,
		sections: document.querySelectorAll("main section").length,
	}));
	check(seen.sections >= 4, name + ": the page is empty");
	check(seen.scripts === 0 && seen.loads === 0 && seen.handlers === 0, name + ": it can load or run something " + JSON.stringify(seen));
	check(seen.outside === 0 && seen.dangling === 0, name + ": links " + JSON.stringify(seen));
	check(seen.ran === "undefined", name + ": text of the script was run");
	check(!seen.wide, name + ": wider than the window");
	await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
	await page.evaluate(axe);
	const result = await page.evaluate(() => window.axe.run(document, {}));
	for (const v of result.violations)
		console.log(v.id + ": " + v.help + "\n  " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join("\n  "));
	check(result.violations.length === 0, name + ": " + result.violations.length + " axe violations");
	await page.reload();
	await page.screenshot({ path: path.join(output, name.replace(" ", ".") + ".png"), fullPage: true });
	check(requests.length === 0, name + ": requests " + requests.join(" "));
	check(messages.length === 0, name + ": console: " + messages.join(" | "));
	await context.close();
}

// Without scripting, and on paper, nothing may be missing.
async function plain(browser, file) {
	const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
	const page = await context.newPage();
	await page.goto("file://" + path.resolve(file));
	check(await page.getByRole("heading", { level: 1 }).isVisible(), file + ": no heading without scripting");
	await page.emulateMedia({ media: "print" });
	const folded = page.locator("details .claims").first();
	check((await folded.count()) === 0 || (await folded.isVisible()), file + ": what is folded is not printed");
	await page.screenshot({ path: path.join(output, path.basename(file, ".html") + ".print.png"), fullPage: true });
	await context.close();
}

(async () => {
	const browser = await playwright.chromium.launch({
		executablePath: chromium,
		args: ["--no-sandbox", "--disable-background-networking"],
	});
	for (const file of pages) {
		for (const options of VIEWS) await view(browser, file, options);
		await plain(browser, file);
	}
	await browser.close();
	console.log(`${checks - failures} passed, ${failures} failed`);
	process.exit(failures ? 1 : 0);
})().catch((e) => {
	console.log(String(e));
	process.exit(1);
});
