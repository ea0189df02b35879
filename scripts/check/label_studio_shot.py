"""A task as an annotator sees it: label_studio_shot.py BASE USER PASSWORD PROJECT TASK TASKS.json PNG CHROMIUM

The claims stand below the text, within sight and the least confident first; of the claim that is selected, what the
prediction says is filled in.
"""
import json
import sys

from playwright.sync_api import sync_playwright

base, user, password, project, task, tasks, png, chromium = sys.argv[1:]
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{base}/user/login/")
    page.fill("input[name=email]", user)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    page.goto(f"{base}/projects/{project}/data?task={task}")
    page.wait_for_selector(".htx-highlight", timeout=120000)
    page.wait_for_timeout(3000)
    print(f"label studio: {page.locator('.htx-highlight').count()} highlights on its page")
    title = page.locator("h1, h2, h3, h4").all_inner_texts()
    data = next(t["data"] for t in json.load(open(tasks)) if t["data"]["title"] in title)
    shown = page.locator("table tr td:first-child").all_inner_texts()
    listed = [text for text in shown if text in data["claims"]]
    # Ten a page.
    wanted = sorted(data["claims"])[:10]
    if listed != wanted:
        sys.exit(f"label studio: the claims are listed as {listed}, wanted {wanted}")
    box = page.get_by_text(listed[0], exact=True).bounding_box()
    if not 0 < box["y"] < 880:
        sys.exit(f"label studio: the first claim is at {box}, out of sight")
    page.locator(".htx-highlight").first.click()
    page.wait_for_timeout(1500)
    filled = page.locator("textarea, .ant-list-item, [class*=TextAreaRegion], input[name=speaker]").all_inner_texts()
    chosen = page.locator("input[type=radio]:checked").count()
    print(f"label studio: {len(listed)} claims listed, {chosen} choices and {[text for text in filled if text.strip()][:3]} filled in")
    page.screenshot(path=png)
    browser.close()
