"""A screenshot of a task: label_studio_shot.py BASE USER PASSWORD PROJECT TASK PNG CHROMIUM"""
import sys

from playwright.sync_api import sync_playwright

base, user, password, project, task, png, chromium = sys.argv[1:]
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{base}/user/login/")
    page.fill("input[name=email]", user)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    page.goto(f"{base}/projects/{project}/data?task={task}")
    page.wait_for_selector(".htx-highlight", timeout=60000)
    page.wait_for_timeout(2000)
    print(f"label studio: {page.locator('.htx-highlight').count()} highlights on its page")
    page.screenshot(path=png)
    browser.close()
