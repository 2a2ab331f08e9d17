<#-- One line for each library: its licenses, name, coordinates and home. -->
The libraries that nvmevf is distributed with, and their licences:

<#list dependencyMap as e>
<#assign p = e.getKey()/>
<#assign licenses = e.getValue()/>
${p.groupId}:${p.artifactId}:${p.version}
    ${p.name}<#if p.url?? && p.url != "">, ${p.url}</#if>
    <#list licenses as license>${license}<#sep>; </#sep></#list>

</#list>
